// SPDX-License-Identifier: Apache-2.0
#include "export/workload_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "export/page_test.hpp"
#include "tests/golden/fixture_workload.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

using namespace page_test;
using text::Verbosity;
using text::WorkloadView;

std::string fixed_time(double) { return "2025-03-14 10:26:53"; }

WorkloadPageOptions options_of(WorkloadView view, int width) {
  WorkloadPageOptions options;
  options.table.choice.view = view;
  options.table.cells.write_time = fixed_time;
  options.rendering = plain;
  options.width = width;
  return options;
}

constexpr std::array views{std::pair{WorkloadView::notebooks, "notebooks"},
                           std::pair{WorkloadView::devices, "devices"},
                           std::pair{WorkloadView::plain, "plain"}};

std::vector<std::pair<std::string, Snapshot>> all_machines() {
  auto all = machines();
  all.emplace_back("lab", fixture::notebook_snapshot());
  all.emplace_back("hostile_notebook", fixture::hostile_notebook_snapshot());
  return all;
}

TEST(WorkloadPage, LooksAsAgreed) {
  const auto snapshot = fixture::notebook_snapshot();
  for (const auto& [view, name] : views) {
    for (const int width : {80, 120}) {
      auto options = options_of(view, width);
      options.has_footnote = true;
      expect_golden(std::string{"workload_"} + name + "_" + std::to_string(width) + ".txt",
                    write_workload_page(snapshot, options));
    }
  }
  auto options = options_of(WorkloadView::notebooks, 0);
  options.table.choice.verbosity = Verbosity::everything;
  options.table.shows_all = true;
  options.lines = text::TableLines{true, true};
  expect_golden("workload_notebooks_all.txt", write_workload_page(snapshot, options));
  options = options_of(WorkloadView::notebooks, 120);
  options.rendering = colored;
  expect_golden("workload_notebooks_color.txt", write_workload_page(snapshot, options));
  options.rendering = ascii;
  expect_golden("workload_notebooks_ascii.txt", write_workload_page(snapshot, options));
}

TEST(WorkloadPage, NoLineWrapsAndNothingSteersTheTerminal) {
  for (const auto& [name, snapshot] : all_machines()) {
    for (const auto& [view, word] : views) {
      for (const int width : {1, 20, 40, 60, 79, 80, 120, 200}) {
        for (const bool shows_all : {false, true}) {
          auto options = options_of(view, width);
          options.table.shows_all = shows_all;
          options.table.choice.verbosity = Verbosity::everything;
          expect_sound(write_workload_page(snapshot, options), width,
                       name + " " + word + " " + std::to_string(width));
          options.rendering = ascii;
          expect_ascii(write_workload_page(snapshot, options));
        }
      }
    }
  }
}

std::size_t count_lines(const std::string& page) {
  return static_cast<std::size_t>(std::count(page.begin(), page.end(), '\n'));
}

TEST(WorkloadPage, HeaderSeparatorsAndFootnoteSwitchOnTheirOwn) {
  const auto snapshot = fixture::small_notebook_snapshot();
  for (const auto view : {WorkloadView::notebooks, WorkloadView::devices, WorkloadView::plain}) {
    auto options = options_of(view, 120);
    options.table.has_header = false;
    options.lines = text::TableLines{false, false};
    const auto rows = count_lines(write_workload_page(snapshot, options));
    EXPECT_EQ(rows, view == WorkloadView::notebooks ? 2U : 1U);
    options.table.has_header = true;
    EXPECT_EQ(count_lines(write_workload_page(snapshot, options)), rows + 1);
    options.lines.reset();
    EXPECT_EQ(count_lines(write_workload_page(snapshot, options)), rows + 3);
    options.has_footnote = true;
    const auto page = write_workload_page(snapshot, options);
    EXPECT_NE(page.find("GPUs in use: 1 of 1"), std::string::npos) << page;
    EXPECT_NE(page.find("Host CPU: 37%"), std::string::npos) << page;
    EXPECT_NE(page.find("2025-03-14 10:26:53"), std::string::npos) << page;
    options.table.has_header = false;
    EXPECT_GE(count_lines(write_workload_page(snapshot, options)), rows + 3);
  }
}

TEST(WorkloadPage, LinesBetweenDevicesOnlyOnDemand) {
  const auto snapshot = fixture::notebook_snapshot();
  auto options = options_of(WorkloadView::devices, 120);
  EXPECT_EQ(write_workload_page(snapshot, options).find("╌"), std::string::npos);
  options.lines = text::TableLines{true, true};
  EXPECT_NE(write_workload_page(snapshot, options).find("╌"), std::string::npos);
}

TEST(WorkloadPage, SaysThatThereIsNothing) {
  const auto page =
      write_workload_page(fixture::idle_snapshot(), options_of(WorkloadView::notebooks, 80));
  EXPECT_NE(page.find("no entries"), std::string::npos) << page;
  auto options = options_of(WorkloadView::notebooks, 80);
  for (const auto& placed : text::columns_of(WorkloadView::notebooks)) {
    options.table.hide.push_back(placed.id);
  }
  expect_sound(write_workload_page(fixture::idle_snapshot(), options), 80, "no columns");
}

TEST(WorkloadPage, ALineThatIsCutHasAMark) {
  auto options = options_of(WorkloadView::notebooks, 60);
  options.table.shows_all = true;
  const auto page = write_workload_page(fixture::notebook_snapshot(), options);
  const auto first = page.substr(0, page.find('\n'));
  EXPECT_TRUE(first.ends_with("…")) << first;
  EXPECT_EQ(text::display_width(first), 60);
  for (int width = 20; width < 120; ++width) {
    options.width = width;
    const auto narrow = write_workload_page(fixture::notebook_snapshot(), options);
    EXPECT_EQ(narrow.find("……"), std::string::npos) << narrow;
  }
}

}  // namespace
}  // namespace gander
