// SPDX-License-Identifier: Apache-2.0
#include "cli/view.hpp"

#include <gtest/gtest.h>

#include "tests/golden/fixture.hpp"

namespace gander::cli {
namespace {

StatusArguments parse_status(std::vector<const char*> words) {
  words.insert(words.begin(), "gander");
  const auto invocation = parse_arguments(static_cast<int>(words.size()), words.data());
  if (const auto* reply = std::get_if<Reply>(&invocation)) ADD_FAILURE() << reply->text;
  return std::get<StatusArguments>(invocation);
}

TEST(View, NamedColumnsDecideWhatIsRead) {
  auto demand = find_demand(parse_status({"--columns", "index,pcie_transmit_sample"}));
  EXPECT_TRUE(demand.metrics.contains(Metric::pcie_transmit_sample));
  EXPECT_FALSE(demand.metrics.contains(Metric::power_draw));
  EXPECT_FALSE(demand.processes);
  demand = find_demand(parse_status({"--columns", "pid", "io_read_total", "executable"}));
  EXPECT_TRUE(demand.metrics.contains(Metric::io_read_total));
  EXPECT_TRUE(demand.processes);
  EXPECT_TRUE(demand.process_detail);
  EXPECT_FALSE(find_demand(parse_status({"--columns", "index"})).metrics.is_empty());
}

TEST(View, PicturesReadWhatTheyShow) {
  EXPECT_FALSE(find_demand(parse_status({})).metrics.contains(Metric::pcie_transmit_sample));
  EXPECT_TRUE(find_demand(parse_status({})).processes);
  EXPECT_FALSE(find_demand(parse_status({"--topology"})).metrics.contains(Metric::sm_active));
  const auto detail = find_demand(parse_status({"--detail"}));
  for (const auto& row : rows_of(Scope::device)) {
    EXPECT_EQ(detail.metrics.contains(row.id), row.cost != Cost::on_demand) << row.name;
  }
  EXPECT_TRUE(detail.processes) << "used memory of a GPU without its own is that of processes";
  EXPECT_FALSE(find_demand(parse_status({"--topology"})).processes);
  EXPECT_FALSE(find_demand(parse_status({})).ancestors);
  EXPECT_TRUE(find_demand(parse_status({"--json"})).ancestors);
}

TEST(View, WatchingSetsTheInterval) {
  EXPECT_EQ(find_demand(parse_status({"--watch", "0.1"})).interval, std::chrono::milliseconds{100});
  EXPECT_EQ(find_demand(parse_status({"--watch", "2"})).interval, std::chrono::seconds{2});
  EXPECT_GT(find_window(parse_status({"--detail"})), 0);
  EXPECT_EQ(find_window(parse_status({})), 0);
  EXPECT_EQ(find_window(parse_status({"--detail", "--window", "2"})), 2);
}

TEST(View, CsvHasItsHeadOnceAndRowsForEachLook) {
  const auto arguments = parse_status({"--csv", "--columns", "index", "power_limit"});
  EXPECT_EQ(write_view_head(arguments), "index,power_limit\n");
  EXPECT_EQ(write_view(arguments, fixture::idle_snapshot(), {}), "0,700\n");
  EXPECT_EQ(write_view_head(parse_status({})), "");
}

}  // namespace
}  // namespace gander::cli
