// SPDX-License-Identifier: Apache-2.0
// Panels in any order and of any height, by keys and as they are drawn.
#include "tui/app/panel_height.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tui/app/control.hpp"
#include "tui/app/frame_test.hpp"
#include "tui/view/setting.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size medium{40, 120};
constexpr Size large{60, 200};

/// Row of the screen that holds the words; -1 for none.
int row_with(const Grid& grid, std::string_view words) {
  const auto text = text_of(grid);
  const auto place = text.find(words);
  if (place == std::string::npos) return -1;
  return static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(place), '\n'));
}

class Panels : public testing::Test {
 protected:
  /// Graphs are empty here: what they show takes long to make.
  Frame draw(Size each) {
    Frame drawn{Grid{each}, {}};
    drawn.drawn = draw_frame({snapshot, history, state}, drawn.grid);
    return drawn;
  }
  void press(std::string_view keys) {
    while (!keys.empty()) {
      const auto end = std::min(keys.find(' '), keys.size());
      control.handle(*find_key(keys.substr(0, end)), snapshot, frame.drawn, state);
      keys.remove_prefix(std::min(keys.size(), end + 1));
      frame = draw(size);
    }
  }

  Size size = large;
  Snapshot snapshot = fixture::sample_snapshot();
  History history;
  ViewState state = make_state();
  Frame frame = draw(large);
  Control control{KeyMap{}};
};

TEST_F(Panels, go_to_the_top_in_the_order_in_which_they_are_called) {
  press("p 3");
  EXPECT_LT(row_with(frame.grid, "Processes:"), row_with(frame.grid, "Driver Version"));
  EXPECT_LT(row_with(frame.grid, "Driver Version"), row_with(frame.grid, "Load Average"));
  press("p 2");
  EXPECT_LT(row_with(frame.grid, "Load Average"), row_with(frame.grid, "Processes:"));
  EXPECT_LT(row_with(frame.grid, "Processes:"), row_with(frame.grid, "Driver Version"));
  press("1 p 1");
  EXPECT_TRUE(state.show_devices) << "who is called is shown";
  EXPECT_LT(row_with(frame.grid, "Driver Version"), row_with(frame.grid, "Load Average"));
}

TEST_F(Panels, are_whole_in_every_order_and_mode) {
  for (const Mode mode : {Mode::automatic, Mode::full, Mode::compact}) {
    for (const Size each : {Size{24, 80}, medium, large}) {
      for (std::size_t i = 0; i < 6; ++i) {
        change(state, Setting::order, Step::forward);
        state.mode = mode;
        const auto drawn = draw(each);
        if (drawn.drawn.page.count > each.rows) continue;
        EXPECT_GE(row_with(drawn.grid, "PID"), 0) << value_of(state, Setting::order);
        EXPECT_GE(row_with(drawn.grid, "Load Average"), 0) << value_of(state, Setting::order);
        EXPECT_GE(row_with(drawn.grid, "GPU"), 0) << value_of(state, Setting::order);
      }
    }
  }
}

TEST_F(Panels, devices_get_lower_row_by_row_and_again_higher_up_to_all_there_is) {
  size = {70, 200};
  frame = draw(size);
  ASSERT_EQ(frame.drawn.heights.devices, frame.drawn.heights.devices_full);
  press("{");
  EXPECT_EQ(frame.drawn.heights.devices, frame.drawn.heights.devices_compact);
  press("{ { {");
  EXPECT_EQ(state.device_rows, frame.drawn.heights.devices_compact - 3);
  EXPECT_LE(frame.drawn.heights.devices, state.device_rows);
  const int rows = row_with(frame.grid, "Processes:");
  for (int i = 0; i < 40; ++i) press("{");
  EXPECT_EQ(frame.drawn.heights.devices, 4);
  EXPECT_LT(row_with(frame.grid, "Processes:"), rows);
  for (int i = 0; i < 40; ++i) press("}");
  EXPECT_EQ(frame.drawn.heights.devices, frame.drawn.heights.devices_full);
  press("=");
  EXPECT_EQ(state.device_rows, 0);
}

TEST_F(Panels, a_height_of_ones_own_wins_over_what_would_fit) {
  size = {45, 120};
  frame = draw(size);
  ASSERT_LT(frame.drawn.heights.devices, frame.drawn.heights.devices_full);
  for (int i = 0; i < 20; ++i) press("}");
  EXPECT_EQ(frame.drawn.heights.devices, frame.drawn.heights.devices_full);
  EXPECT_GE(row_with(frame.grid, "PID"), 0) << "some room is left to the processes";
  press("{");
  press("{");
  EXPECT_EQ(state.device_rows, frame.drawn.heights.devices_compact - 1);
}

TEST_F(Panels, the_host_grows_from_bars_over_graphs_to_high_graphs) {
  EXPECT_EQ(frame.drawn.heights.host, graph_rows);
  press(")");
  EXPECT_EQ(frame.drawn.heights.host, graph_rows + 2);
  press("( ( ( (");
  EXPECT_EQ(frame.drawn.heights.host, least_graph_rows);
  press("(");
  EXPECT_EQ(frame.drawn.heights.host, bar_rows);
  EXPECT_GE(row_with(frame.grid, "Load Average"), 0);
  press("( )");
  EXPECT_EQ(frame.drawn.heights.host, least_graph_rows);
  for (int i = 0; i < 40; ++i) press(")");
  EXPECT_LE(state.host_rows, most_graph_rows);
  EXPECT_GE(row_with(frame.grid, "PID"), 0);
}

TEST_F(Panels, a_hidden_one_is_shown_before_it_grows) {
  press("2 )");
  EXPECT_TRUE(state.show_host);
  EXPECT_EQ(state.host_rows, 0);
}

TEST_F(Panels, heights_belong_to_the_automatic_mode) {
  press("f {");
  EXPECT_EQ(state.mode, Mode::automatic);
}

TEST_F(Panels, hold_at_every_size_and_height) {
  for (const int rows : {1, 5, 9, 12, 24, 40}) {
    for (const int devices : {0, 4, 9, 200}) {
      for (const int host : {0, 2, 6, 40}) {
        state.device_rows = devices;
        state.host_rows = host;
        change(state, Setting::order, Step::forward);
        const auto drawn = draw({rows, 100});
        for (const auto& click : drawn.drawn.clicks) {
          ASSERT_LE(click.area.row + click.area.rows, rows);
          ASSERT_GE(click.area.row, 0);
        }
      }
    }
  }
}

TEST_F(Panels, columns_are_shown_and_hidden_each_by_itself) {
  const auto titles = [&] {
    const auto text = text_of(draw(large).grid);
    const auto at = text.find(" PID");
    const auto begin = text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', at) - begin);
  };
  const auto all = titles();
  for (const SettingRow& row : settings()) {
    if (row.section != "Columns") continue;
    ViewState before = state;
    change(state, row.id, Step::forward);
    const auto without = titles();
    if (row.id != Setting::column_type && row.id != Setting::column_owner) {
      const auto title = fmt::format(" {} ", row.title);
      EXPECT_NE(all.find(title), std::string::npos) << row.title;
      EXPECT_EQ(without.find(title), std::string::npos) << row.title;
    }
    EXPECT_NE(without.find("PID"), std::string::npos);
    change(state, row.id, Step::forward);
    EXPECT_EQ(titles(), all) << row.title;
  }
}

TEST_F(Panels, only_the_number_is_left_where_all_columns_are_hidden) {
  state.columns.hide_all();
  const auto text = text_of(draw(medium).grid);
  EXPECT_NE(text.find("│    PID"), std::string::npos);
  EXPECT_NE(text.find("│   2001"), std::string::npos);
  EXPECT_EQ(text.find("COMMAND"), std::string::npos);
}

}  // namespace
}  // namespace gander::tui
