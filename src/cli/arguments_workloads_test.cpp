// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/arguments_test.hpp"

namespace gander::cli {
namespace {

using text::ColumnId;
using text::Verbosity;
using text::WorkloadView;

WorkloadArguments parse_workloads(std::vector<const char*> words) {
  return parse_as<WorkloadArguments>(std::move(words));
}

TEST(WorkloadArguments, ViewsAndVerbosity) {
  const auto choice = [](std::vector<const char*> words) {
    return parse_workloads(std::move(words)).page.table.choice;
  };
  EXPECT_EQ(choice({"notebooks"}).view, WorkloadView::notebooks);
  EXPECT_EQ(choice({"devices"}).view, WorkloadView::devices);
  EXPECT_EQ(choice({"devices", "--plain"}).view, WorkloadView::plain);
  EXPECT_EQ(choice({"notebooks"}).verbosity, Verbosity::holders);
  EXPECT_EQ(choice({"notebooks", "-v"}).verbosity, Verbosity::members);
  EXPECT_EQ(choice({"notebooks", "-V"}).verbosity, Verbosity::everything);
  EXPECT_EQ(choice({"devices", "-V"}).view, WorkloadView::devices);
  expect_usage_error({"notebooks", "-v", "-V"}, "excludes");
}

TEST(WorkloadArguments, ColumnsAreFoundByAnyOfTheirNames) {
  const auto table =
      parse_workloads({"notebooks", "--show", "KERNEL_ID", "power", "--hide", "temperature,rss"})
          .page.table;
  EXPECT_EQ(table.show, (std::vector{ColumnId::kernel_id, ColumnId::power}));
  EXPECT_EQ(table.hide, (std::vector{ColumnId::temp, ColumnId::rss}));
  expect_usage_error({"notebooks", "--show", "frobs"}, "there are process_name, type, pid");
  expect_usage_error({"devices", "--hide", "utl"}, "mean util?");
  expect_usage_error({"devices", "--plain", "--show", "pid"}, "there is no column 'pid'");
  expect_usage_error({"devices", "--plain", "--type", "notebook"}, "--plain shows none");
  expect_usage_error({"devices", "--plain", "-u", "carol"}, "--plain shows none");
}

TEST(WorkloadArguments, ARegexIsJudgedBeforeAnythingIsRead) {
  const auto filter = parse_workloads({"notebooks", "train.*"}).page.table.choice.filter;
  ASSERT_TRUE(filter.pattern);
  EXPECT_TRUE(filter.pattern->matches("/a/train.py"));
  expect_usage_error({"notebooks", "a(b"}, "wrong at character 2");
  expect_usage_error({"devices", "*"}, "wrong at character 1");
}

TEST(WorkloadArguments, ConditionsNegateWithOneMark) {
  const auto filter = parse_workloads({"notebooks", "--user", "ann", "!bob", "--pid", "7,!8",
                                       "--gpu", "0", "!3:1", "--type", "exec_notebook", "!script",
                                       "--min-memory", "2GiB", "--idle", "!2h"})
                          .page.table.choice.filter;
  EXPECT_EQ(filter.wanted.users, (std::vector<std::string>{"ann"}));
  EXPECT_EQ(filter.unwanted.users, (std::vector<std::string>{"bob"}));
  EXPECT_EQ(filter.wanted.pids, (std::vector<Pid>{7}));
  EXPECT_EQ(filter.unwanted.pids, (std::vector<Pid>{8}));
  EXPECT_EQ(filter.wanted.devices, (std::vector<DeviceIndex>{{0, {}}}));
  EXPECT_EQ(filter.unwanted.devices, (std::vector<DeviceIndex>{{3, 1}}));
  EXPECT_EQ(filter.types, (std::vector<std::string>{"batch_notebook"}));
  EXPECT_EQ(filter.unwanted_types, (std::vector<std::string>{"script"}));
  EXPECT_EQ(filter.least_memory, 2.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(filter.below_idle, 7200.0);
  EXPECT_FALSE(filter.least_idle);
  expect_usage_error({"notebooks", "--gpu", "x"}, "device index");
  expect_usage_error({"notebooks", "--pid", "-3"}, "number of a process");
  expect_usage_error({"notebooks", "--type", "book"}, "there are notebook");
  expect_usage_error({"notebooks", "--min-memory", "much"}, "size");
  expect_usage_error({"notebooks", "--idle", "long"}, "time");
}

TEST(WorkloadArguments, UserAloneIsTheOneWhoAsks) {
  EXPECT_TRUE(parse_workloads({"notebooks", "-u"}).only_mine);
  EXPECT_FALSE(parse_workloads({"notebooks"}).only_mine);
  EXPECT_FALSE(parse_workloads({"notebooks", "-u", "!ann"}).only_mine);
}

TEST(WorkloadArguments, FormsInAnyCombination) {
  const auto page =
      parse_workloads({"devices", "--hide-header", "--show-footnote", "--no-separators"}).page;
  EXPECT_FALSE(page.table.has_header);
  EXPECT_TRUE(page.has_footnote);
  EXPECT_EQ(page.lines, (text::TableLines{false, false}));
  EXPECT_EQ(parse_workloads({"notebooks", "--show-separators"}).page.lines,
            (text::TableLines{true, true}));
  EXPECT_EQ(parse_workloads({"notebooks", "--json"}).form, WorkloadForm::json);
  EXPECT_EQ(parse_workloads({"notebooks", "--csv"}).form, WorkloadForm::csv);
  expect_usage_error({"notebooks", "--json", "--csv"}, "excludes");
  expect_usage_error({"notebooks", "--separators", "--no-separators"}, "excludes");
}

TEST(WorkloadArguments, UnitsTakeTheNamesOfOtherTools) {
  const auto cells = parse_workloads({"notebooks", "--host-unit", "GB", "--device-memory-format",
                                      "mib", "--gpu-util-thresh", "20", "60"})
                         .page.table.cells;
  EXPECT_EQ(cells.host_unit, text::MemoryUnit::gib);
  EXPECT_EQ(cells.device_unit, text::MemoryUnit::mib);
  EXPECT_EQ(cells.moderate, 0.2);
  EXPECT_EQ(cells.heavy, 0.6);
  expect_usage_error({"notebooks", "--host-unit", "XB"}, "KiB");
}

TEST(WorkloadArguments, AColumnIsLeft) {
  expect_usage_error({"devices", "--plain", "--hide", "device_id", "util", "temp", "memory"},
                     "leaves no column");
  const auto table =
      parse_workloads({"devices", "--plain", "--hide", "util", "temp", "memory"}).page.table;
  EXPECT_EQ(choose_columns(table), std::vector{text::ColumnId::device_id});
}

TEST(WorkloadArguments, ValuesMayBeAttachedAsElsewhere) {
  EXPECT_EQ(parse_workloads({"devices", "-i2"}).interval, 2.0);
  EXPECT_EQ(parse_workloads({"devices", "-i=0.5"}).interval, 0.5);
  const auto five = parse_workloads({"notebooks", "-w5", "train"});
  EXPECT_EQ(five.page.table.cells.window, 5U);
  EXPECT_TRUE(five.page.table.choice.filter.pattern);
  expect_usage_error({"notebooks", "-i=x"}, "'x' is not a number of seconds");
  expect_usage_error({"notebooks", "--watch", "5m"}, "'5m' is not a number of seconds");
  expect_usage_error({"devices", "-i", "1s"}, "'1s' is not a number of seconds");
}

TEST(WorkloadArguments, AnEmptyWordIsNobody) {
  expect_usage_error({"notebooks", "--user", "!"}, "name of a user");
  expect_usage_error({"notebooks", "--user="}, "--user=");
  expect_usage_error({"notebooks", "--user", ""}, "''");
  expect_usage_error({"notebooks", ""}, "''");
}

TEST(WorkloadArguments, TwoLooksUnlessOneIsAskedFor) {
  EXPECT_EQ(parse_workloads({"notebooks"}).window, 0.25);
  EXPECT_EQ(parse_workloads({"notebooks", "--once"}).window, 0.0);
  const auto chosen = parse_workloads({"notebooks", "--window", "2"});
  EXPECT_EQ(chosen.window, 2.0);
  EXPECT_TRUE(chosen.is_window_chosen);
  expect_usage_error({"notebooks", "--window", "nan"}, "seconds");
  expect_usage_error({"notebooks", "--window", "1", "--once"}, "excludes");
  expect_usage_error({"notebooks", "--sort", "size"}, "there are usual, name");
}

TEST(WorkloadArguments, WatchTakesANumberButNoPattern) {
  const auto plain = parse_workloads({"notebooks"});
  EXPECT_FALSE(plain.watches);
  const auto bare = parse_workloads({"notebooks", "--watch", "train.*"});
  EXPECT_TRUE(bare.watches);
  EXPECT_FALSE(bare.interval.has_value()) << "what is configured";
  ASSERT_TRUE(bare.page.table.choice.filter.pattern);
  EXPECT_EQ(parse_workloads({"devices", "--watch", "2.5", "1"}).interval, 2.5);
  EXPECT_EQ(parse_workloads({"devices", "--watch=3"}).interval, 3.0);
  EXPECT_EQ(parse_workloads({"devices", "--watch", "0.001"}).interval, 0.1) << "the shortest";
  expect_usage_error({"notebooks", "--watch=soon"}, "number of seconds");
  for (const auto* number : {"nan", "inf", "1e9", "-1", "-0.5"}) {
    expect_usage_error({"notebooks", "--watch", number}, "number of seconds");
    expect_usage_error({"devices", "-i", number}, "number of seconds");
  }
  expect_usage_error({"notebooks", "--watch", "--once"}, "excludes");
  expect_usage_error({"notebooks", "--watch", "--window", "2"}, "excludes");
}

TEST(WorkloadArguments, IntervalWatchesWhereItHasANumber) {
  EXPECT_FALSE(parse_workloads({"notebooks", "-i"}).watches);
  const auto often = parse_workloads({"notebooks", "-i", "0.5"});
  EXPECT_TRUE(often.watches);
  EXPECT_EQ(often.interval, 0.5);
  EXPECT_EQ(parse_workloads({"notebooks", "--watch", "-i", "4"}).interval, 4.0);
  expect_usage_error({"notebooks", "-i", "2", "--once"}, "excludes");
}

TEST(WorkloadArguments, SamplesOfTheAverage) {
  const auto window = [](std::vector<const char*> words) {
    return parse_workloads(std::move(words)).page.table.cells.window;
  };
  EXPECT_EQ(window({"notebooks"}), 20U);
  EXPECT_EQ(window({"notebooks", "-w", "5", "train"}), 5U);
  EXPECT_EQ(window({"notebooks", "-w"}), 1000U);
  EXPECT_EQ(window({"notebooks", "--samples", "5000"}), 1000U);
  expect_usage_error({"notebooks", "-w", "0"}, "number of looks");
  expect_usage_error({"notebooks", "-w", "-5"}, "number of looks");
  expect_usage_error({"notebooks", "--samples", "1.5"}, "number of looks");
}

TEST(WorkloadArguments, SwitchesOfTheScreen) {
  const auto arguments = parse_workloads({"notebooks", "--watch", "--hide-help", "--hide-footnote",
                                          "--readonly", "--hide-header", "--separators"});
  EXPECT_TRUE(arguments.hides_legend);
  EXPECT_TRUE(arguments.hides_footnote);
  EXPECT_TRUE(arguments.readonly);
  EXPECT_FALSE(arguments.page.table.has_header);
  EXPECT_EQ(arguments.page.lines, (text::TableLines{true, true}));
  EXPECT_FALSE(parse_workloads({"devices", "--show-help", "--show-footnote"}).hides_legend);
  EXPECT_TRUE(
      parse_workloads({"notebooks", "--sort", "user", "--reverse"}).page.table.choice.is_reversed);
}

TEST(WorkloadArguments, NoOptionOfStatusIsDroppedSilently) {
  expect_usage_error({"-o", "0", "notebooks"}, "belongs to `gander status`");
}

}  // namespace
}  // namespace gander::cli
