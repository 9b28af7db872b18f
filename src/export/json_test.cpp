// SPDX-License-Identifier: Apache-2.0
// What is written is documented, is JSON to others, and reads back as the same snapshot.
#include "export/json.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "export/json_example_test.hpp"
#include "json/reader.hpp"
#include "tests/golden/fixture.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

void expect_round_trip(const Snapshot& snapshot) {
  const std::string text = write_json(snapshot);
  ASSERT_TRUE(nlohmann::json::accept(text)) << text;
  const auto read = read_json(text);
  ASSERT_TRUE(read) << read.error().message << "\n" << text;
  EXPECT_TRUE(*read == as_sent(snapshot)) << text << "\n" << write_json(*read);
  EXPECT_EQ(write_json(*read), text);
}

TEST(Json, TheExampleIsTheGolden) {
  expect_golden("snapshot.json",
                write_json(make_example_snapshot(), json::Layout::indented) + "\n");
}

TEST(Json, TheManualShowsTheGolden) {
  const std::string root = GANDER_SOURCE_DIR;
  const std::string example = write_json(make_example_snapshot(), json::Layout::indented) + "\n";
  std::ostringstream page;
  page << std::ifstream{root + "/docs/json.md"}.rdbuf();
  const std::string opening = "<!-- example: tests/golden/snapshot.json -->\n```json\n";
  std::string text = page.str();
  const auto begin = text.find(opening);
  ASSERT_NE(begin, std::string::npos);
  const auto first = begin + opening.size();
  const auto length = text.find("```", first) - first;
  if (std::getenv("GANDER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{root + "/docs/json.md"} << text.replace(first, length, example);
    return;
  }
  EXPECT_EQ(text.substr(first, length), example) << "run tools/update and look at the diff";
}

TEST(Json, FixturesSurvive) {
  for (const auto& snapshot :
       {make_example_snapshot(), fixture::sample_snapshot(), fixture::mig_snapshot(),
        fixture::sick_snapshot(), fixture::unknown_snapshot(), fixture::hostile_snapshot(),
        fixture::wide_snapshot(), fixture::unified_snapshot(), Snapshot{}}) {
    expect_round_trip(snapshot);
  }
}

TEST(Json, RandomSnapshotsSurvive) {
  RandomSnapshot random{20250314};
  const int count = std::getenv("GANDER_FULL_MATRIX") != nullptr ? 3000 : 300;
  for (int i = 0; i < count && !::testing::Test::HasFailure(); ++i) {
    expect_round_trip(random.make());
  }
}

TEST(Json, LayoutChangesNothing) {
  RandomSnapshot random{1};
  for (int i = 0; i < 50; ++i) {
    const auto snapshot = random.make();
    const auto read = read_json(write_json(snapshot, json::Layout::indented));
    ASSERT_TRUE(read);
    EXPECT_TRUE(*read == as_sent(snapshot));
  }
}

void expect_distinct_keys(const json::Value& value) {
  std::set<std::string_view> keys;
  for (const auto& field : value.fields()) {
    EXPECT_TRUE(keys.insert(field.key).second) << field.key;
    expect_distinct_keys(field.value);
  }
  for (const auto& item : value.items()) expect_distinct_keys(item);
}

TEST(Json, NoKeyIsRepeated) {
  const auto document = json::read(write_json(make_example_snapshot()));
  ASSERT_TRUE(document);
  expect_distinct_keys(document->root());
}

TEST(Json, EveryMetricIsAKeyAndEveryNullHasItsReason) {
  const auto text = nlohmann::json::parse(write_json(fixture::unknown_snapshot()));
  const auto& device = text.at("devices").at(0);
  for (const auto& row : rows_of(Scope::device)) {
    const std::string name{row.name};
    EXPECT_TRUE(device.at(name).is_null());
    EXPECT_TRUE(device.at("missing").contains(name));
  }
  EXPECT_EQ(device.at("missing").at("name"), "not_sampled");
  EXPECT_FALSE(text.contains("sequence"));
  EXPECT_FALSE(text.at("processes").at(0).contains("start_ticks"));
}

TEST(Json, UsesBaseUnitsAndPlainIntegers) {
  const std::string text = write_json(make_example_snapshot());
  EXPECT_NE(text.find(R"("time":"2025-03-14T09:26:53.589Z")"), std::string::npos);
  EXPECT_NE(text.find(R"("bar1_total":137438953472,)"), std::string::npos);
  EXPECT_NE(text.find(R"("clock_limits":["software_power_cap","hardware_thermal"])"),
            std::string::npos);
}

TEST(Json, ANumberThatMustNotExistIsNoData) {
  Snapshot snapshot;
  snapshot.host.readings[Metric::load_1m] = std::numeric_limits<double>::quiet_NaN();
  snapshot.time = std::numeric_limits<double>::infinity();
  const auto read = read_json(write_json(snapshot));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->host.readings[Metric::load_1m], Reading{Missing::no_data});
}

}  // namespace
}  // namespace gander
