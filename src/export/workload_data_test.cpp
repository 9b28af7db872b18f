// SPDX-License-Identifier: Apache-2.0
#include "export/workload_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "export/page_test.hpp"
#include "tests/golden/fixture_workload.hpp"

namespace gander {
namespace {

using Json = nlohmann::json;
using text::Verbosity;
using text::WorkloadView;

WorkloadDataOptions options_of(WorkloadView view) {
  WorkloadDataOptions options;
  options.choice.view = view;
  options.choice.verbosity = Verbosity::everything;
  return options;
}

Json json_of(const Snapshot& snapshot, WorkloadView view) {
  return Json::parse(write_workload_json(snapshot, options_of(view)));
}

constexpr std::array views{WorkloadView::notebooks, WorkloadView::devices, WorkloadView::plain};

std::vector<std::pair<std::string, Snapshot>> all_machines() {
  auto all = page_test::machines();
  all.emplace_back("lab", fixture::notebook_snapshot());
  all.emplace_back("hostile_notebook", fixture::hostile_notebook_snapshot());
  return all;
}

TEST(WorkloadJson, OneQueryTellsWhoHoldsMemoryIdly) {
  const auto json = json_of(fixture::notebook_snapshot(), WorkloadView::notebooks);
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["view"], "notebooks");
  EXPECT_EQ(json["kernels"], 3);
  const auto& train = json["groups"][1];
  EXPECT_EQ(train["kind"], "workload");
  EXPECT_EQ(train["key"], "/home/ann/project/train.ipynb");
  EXPECT_EQ(train["gpu_memory_bytes"], 20.75 * 1024 * 1024 * 1024);
  const auto& row = train["rows"][0];
  EXPECT_EQ(row["user"], "ann");
  EXPECT_EQ(row["kernel_state"], "busy");
  EXPECT_EQ(row["kernel_idle_seconds"], nullptr);
  EXPECT_EQ(row["source"], "api");
  EXPECT_EQ(row["device_index"], "0");
  EXPECT_FALSE(row["missing"].contains("kernel_idle_seconds"));
  const auto& plot = json["groups"][5]["rows"][0];
  EXPECT_EQ(plot["name"], "plot.ipynb");
  EXPECT_EQ(plot["kernel_idle_seconds"], 9 * 3600);
  EXPECT_EQ(plot["device_index"], nullptr);
}

TEST(WorkloadJson, WhatIsUnknownSaysWhyAndIsNoPartOfASum) {
  const auto json = json_of(fixture::notebook_snapshot(), WorkloadView::notebooks);
  const auto& outside = json["groups"].back();
  EXPECT_EQ(outside["kind"], "outside");
  EXPECT_EQ(outside["gpu_memory_bytes"], nullptr);
  const auto& row = outside["rows"][0];
  EXPECT_EQ(row["gpu_memory_bytes"], nullptr);
  EXPECT_EQ(row["missing"]["gpu_memory_bytes"], "withheld");
  EXPECT_EQ(row["missing"]["cpu_usage_ratio"], "no_data");
}

TEST(WorkloadJson, EveryKeyOfANumberHasItsUnit) {
  for (const auto view : views) {
    const auto json = json_of(fixture::notebook_snapshot(), view);
    ASSERT_FALSE(json["groups"].empty());
    for (const auto& group : json["groups"]) {
      for (const auto& row : group["rows"]) {
        for (const auto& [key, value] : row.items()) {
          if (!value.is_number()) continue;
          const auto ends = [&](std::string_view unit) { return key.ends_with(unit); };
          EXPECT_TRUE(ends("pid") || ends("_bytes") || ends("_ratio") || ends("_seconds") ||
                      ends("_celsius") || ends("_watts") || ends("_connections"))
              << key;
        }
      }
    }
  }
}

TEST(WorkloadJson, EveryViewOfEveryMachineReads) {
  for (const auto& [name, snapshot] : all_machines()) {
    for (const auto view : views) {
      const auto text = write_workload_json(snapshot, options_of(view));
      EXPECT_TRUE(Json::accept(text)) << name;
      EXPECT_EQ(text.find_first_of("\x1b\x07\r\n\x7f"), std::string::npos) << name;
      const auto json = Json::parse(text);
      if (view != WorkloadView::notebooks) {
        EXPECT_EQ(json["groups"].size(), snapshot.devices.size()) << name;
      }
    }
  }
}

TEST(WorkloadCsv, EveryRowIsALineAndNoTextIsAFormula) {
  for (const auto& [name, snapshot] : all_machines()) {
    for (const auto view : views) {
      const auto text = write_workload_csv(snapshot, options_of(view));
      EXPECT_EQ(text.find_first_of("\x1b\x07\r\x7f"), std::string::npos) << name;
      std::size_t rows = 1;
      const auto json = json_of(snapshot, view);
      for (const auto& group : json["groups"]) rows += group["rows"].size();
      EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), rows) << name;
      for (const auto* formula : {",=", ",\"=", ",@", ",+", ",-"}) {
        EXPECT_EQ(text.find(formula), std::string::npos) << name << formula;
      }
    }
  }
  const auto text =
      write_workload_csv(fixture::hostile_notebook_snapshot(), options_of(WorkloadView::notebooks));
  EXPECT_NE(text.find("'=cmd|"), std::string::npos) << text;
}

TEST(WorkloadCsv, UnknownIsEmptyAndNumbersAreInBaseUnits) {
  auto options = options_of(WorkloadView::notebooks);
  options.choice.filter.types = {"outside"};
  const auto text = write_workload_csv(fixture::notebook_snapshot(), options);
  EXPECT_NE(text.find(",1,outside,outside container,outside,,"), std::string::npos) << text;
  EXPECT_NE(text.find(",9999,"), std::string::npos);
  EXPECT_EQ(text.find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace gander
