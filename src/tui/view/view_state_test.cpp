// SPDX-License-Identifier: Apache-2.0
// What a screen has read for it.
#include "tui/view/view_state.hpp"

#include <gtest/gtest.h>

#include "gander/monitor_demand.hpp"

namespace gander::tui {
namespace {

ViewState looking_at(Screen screen, bool has_process) {
  ViewState state;
  state.screen = screen;
  if (has_process) state.selected = RowKey{{42, 7U}, "GPU-0"};
  return state;
}

TEST(Demand, the_screen_of_a_process_has_all_read_that_it_shows) {
  const auto demand = demand_of(looking_at(Screen::process, true));
  for (const Metric metric : {Metric::io_read_total, Metric::io_written_total,
                              Metric::minor_page_faults, Metric::major_page_faults}) {
    EXPECT_TRUE(demand.metrics.contains(metric)) << row_of(metric).name;
  }
  EXPECT_TRUE(demand.process_detail);
}

TEST(Demand, why_has_all_read_of_the_process_that_is_asked_about) {
  const auto demand = demand_of(looking_at(Screen::why, true));
  for (const MetricRow& row : rows_of(Scope::process)) {
    EXPECT_TRUE(demand.metrics.contains(row.id)) << row.name;
  }
  EXPECT_TRUE(demand.device_detail);
  EXPECT_FALSE(demand_of(looking_at(Screen::why, false)).metrics.contains(Metric::io_read_total));
}

TEST(Demand, a_screen_drops_nothing_that_the_main_screen_has) {
  const auto main = monitor_demand().metrics;
  for (const Screen screen : {Screen::main, Screen::tree, Screen::process, Screen::device,
                              Screen::why, Screen::settings}) {
    const auto metrics = demand_of(looking_at(screen, true)).metrics;
    EXPECT_EQ(metrics & main, main) << name_of(screen);
  }
}

}  // namespace
}  // namespace gander::tui
