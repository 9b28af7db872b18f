// SPDX-License-Identifier: Apache-2.0
// The main screen as agreed, and what holds of it at every size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/golden/golden.hpp"
#include "tui/app/frame_test.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size small{24, 80};
constexpr Size medium{40, 120};
constexpr Size large{60, 200};

std::string name_of(const std::string& machine, Size size) {
  return "tui_main_" + machine + "_" + std::to_string(size.columns) + "x" +
         std::to_string(size.rows) + ".txt";
}

TEST(MainScreen, LooksAsAgreed) {
  for (const auto& [name, snapshot] : machines()) {
    for (const Size size : {small, medium, large}) {
      expect_golden(name_of(name, size), text_of(draw(snapshot, make_state(), size).grid));
    }
  }
}

TEST(MainScreen, LooksAsAgreedWhereThereIsLittleRoom) {
  const auto snapshot = fixture::sample_snapshot();
  std::string all;
  for (const Size size : {Size{1, 1}, Size{3, 20}, Size{5, 30}, Size{8, 40}, Size{12, 60},
                          Size{16, 78}, Size{6, 200}}) {
    all += std::to_string(size.columns) + "x" + std::to_string(size.rows) + "\n";
    all += text_of(draw(snapshot, make_state(), size).grid);
  }
  expect_golden("tui_main_tiny.txt", all);
}

TEST(MainScreen, LooksAsAgreedInItsStyles) {
  auto state = make_state();
  const auto snapshot = fixture::sample_snapshot();
  const auto rows = arrange_rows(snapshot, state);
  state.selected = key_of(rows[2]);
  state.tagged.insert(key_of(*rows[4].process));
  state.marked_devices.insert(fixture::uuid_of(3));
  for (const Size size : {small, large}) {
    const auto frame = draw(snapshot, state, size);
    expect_golden(name_of("selected", size), text_of(frame.grid));
    expect_golden(name_of("styles", size), styles_of(frame.grid));
  }
  const auto sick = draw(fixture::sick_snapshot(), make_state(), medium);
  expect_golden(name_of("sick_styles", medium), styles_of(sick.grid));
}

TEST(MainScreen, AMachineWithoutSwapHasNoneAndMissesNothing) {
  auto snapshot = fixture::sample_snapshot();
  snapshot.host.readings[Metric::swap_total] = 0.0;
  snapshot.host.readings[Metric::swap_used] = 0.0;
  for (const Size size : {small, large}) {
    const auto text = text_of(draw(snapshot, make_state(), size).grid);
    EXPECT_NE(text.find("SWP: none"), std::string::npos) << text;
  }
}

TEST(MainScreen, LooksAsAgreedInAscii) {
  auto state = make_state();
  state.charset = Charset::ascii;
  const auto frame = draw(fixture::sample_snapshot(), state, large);
  const auto text = text_of(frame.grid);
  expect_golden(name_of("ascii", large), text);
  for (const char byte : text) ASSERT_LT(static_cast<unsigned char>(byte), 128U);
  state.charset = Charset::blocks;
  expect_golden(name_of("blocks", large),
                text_of(draw(fixture::mig_snapshot(), state, large).grid));
}

TEST(MainScreen, GroupsWithTotals) {
  auto state = make_state();
  state.grouping = Grouping::user;
  const auto frame = draw(fixture::sample_snapshot(), state, medium);
  expect_golden(name_of("grouped", medium), text_of(frame.grid));
}

/// What must hold of a frame whatever is drawn: all areas lie inside, no cell steers a terminal.
void expect_sound(const Frame& frame) {
  const auto [rows, columns] = frame.grid.size();
  const auto is_inside = [&](const Area& area) {
    return area.row >= 0 && area.column >= 0 && area.rows > 0 && area.columns > 0 &&
           area.row + area.rows <= rows && area.column + area.columns <= columns;
  };
  for (const auto& click : frame.drawn.clicks) ASSERT_TRUE(is_inside(click.area));
  for (const auto& cell : frame.drawn.cells) ASSERT_TRUE(is_inside(cell.area));
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      for (const char byte : std::string_view{frame.grid.at(row, column).text}) {
        ASSERT_GE(static_cast<unsigned char>(byte), 0x20U);
        ASSERT_NE(byte, 0x7f);
      }
    }
  }
}

TEST(MainScreen, IsSoundAtEverySize) {
  const bool wants_all = std::getenv("GANDER_FULL_MATRIX") != nullptr;
  for (const auto& [name, snapshot] : machines()) {
    const auto history = make_history(snapshot);
    for (const Mode mode : {Mode::automatic, Mode::full, Mode::compact}) {
      auto state = make_state();
      state.mode = mode;
      // Forced modes draw the same panels at heights of their own: fewer sizes tell as much.
      const bool is_full = wants_all && mode == Mode::automatic;
      const int step_rows = is_full ? 1 : 13;
      const int step_columns = is_full ? 1 : 41;
      for (int rows = 1; rows <= 80; rows += step_rows) {
        for (int columns = 1; columns <= 250; columns += step_columns) {
          SCOPED_TRACE(name + " " + std::to_string(columns) + "x" + std::to_string(rows));
          Frame frame{Grid{{rows, columns}}, {}};
          frame.drawn = draw_frame({snapshot, history, state}, frame.grid);
          ASSERT_NO_FATAL_FAILURE(expect_sound(frame));
        }
      }
    }
  }
}

TEST(MainScreen, DrawsNothingOutsideItsPanels) {
  const auto snapshot = fixture::sample_snapshot();
  const auto history = make_history(snapshot);
  const auto state = make_state();
  const View view{snapshot, history, state};
  for (const Size size : {Size{1, 1}, Size{2, 9}, Size{7, 33}, Size{20, 99}, Size{20, 140}}) {
    Grid grid{{size.rows + 4, size.columns + 4}};
    Drawn drawn;
    const Canvas canvas{grid, {2, 2, size.rows, size.columns}};
    draw_devices(view, DeviceForm::full, canvas, drawn);
    draw_devices(view, DeviceForm::columns, canvas, drawn);
    draw_host(view, HostForm::full, canvas, drawn);
    draw_host(view, HostForm::compact, canvas, drawn);
    draw_processes(view, Separation::rules, canvas, drawn);
    for (int row = 0; row < size.rows + 4; ++row) {
      for (int column = 0; column < size.columns + 4; ++column) {
        const bool is_inside =
            row >= 2 && row < size.rows + 2 && column >= 2 && column < size.columns + 2;
        ASSERT_TRUE(is_inside || grid.at(row, column) == Cell{}) << row << " " << column;
      }
    }
  }
}

TEST(MainScreen, ShrinksDevicesThenHostThenRules) {
  const auto snapshot = fixture::mig_snapshot();
  const auto history = make_history(snapshot);
  const auto state = make_state();
  const View view{snapshot, history, state};
  int devices = 0;
  int host = 0;
  int rules = 0;
  for (int rows = 60; rows > 10; --rows) {
    const Plan plan = plan_main(view, {rows, 120});
    EXPECT_LE(plan.rows(), rows);
    if (plan.device_form == DeviceForm::full) devices = rows;
    if (plan.host_form == HostForm::full) host = rows;
    if (plan.separation == Separation::rules) rules = rows;
  }
  EXPECT_GT(devices, host);
  EXPECT_GT(host, rules);
}

TEST(MainScreen, KeepsManyGpusInSightOnASmallTerminal) {
  for (const std::uint32_t count : {16U, 64U, 72U}) {
    const auto frame = draw(many_gpus(count), make_state(), small);
    std::set<std::string> devices;
    bool has_process = false;
    for (const auto& click : frame.drawn.clicks) {
      if (const auto* uuid = std::get_if<std::string>(&click.target)) devices.insert(*uuid);
      has_process = has_process || std::holds_alternative<RowKey>(click.target);
    }
    EXPECT_GE(devices.size(), std::min<std::size_t>(count, 30U)) << count;
    EXPECT_TRUE(has_process) << count;
  }
}

TEST(MainScreen, ScrollsPanelsAndKeepsTheSelectionInSight) {
  auto snapshot = many_gpus(64);
  auto state = make_state();
  state.device_scroll = 3;
  const auto scrolled = draw(snapshot, state, small);
  EXPECT_NE(text_of(scrolled.grid), text_of(draw(snapshot, make_state(), small).grid));
  state.device_scroll = 1000;
  EXPECT_NE(text_of(draw(snapshot, state, small).grid).find(" 63 "), std::string::npos);
  const auto rows = arrange_rows(snapshot, state);
  state.selected = key_of(rows.back());
  const auto frame = draw(snapshot, state, small);
  EXPECT_TRUE(std::ranges::any_of(frame.drawn.clicks, [&](const ClickArea& click) {
    const auto* key = std::get_if<RowKey>(&click.target);
    return key != nullptr && *key == *state.selected;
  }));
}

TEST(MainScreen, ScrollsAsAWholeWhereAModeIsForced) {
  auto state = make_state();
  state.mode = Mode::full;
  const auto snapshot = fixture::sample_snapshot();
  const auto top = text_of(draw(snapshot, state, small).grid);
  EXPECT_NE(top.find("Fri Mar 14"), std::string::npos);
  EXPECT_EQ(top.find("Processes:"), std::string::npos);
  state.scroll = 1000;
  const auto bottom = draw(snapshot, state, small);
  EXPECT_EQ(bottom.drawn.page.first, bottom.drawn.page.count - small.rows);
  EXPECT_NE(text_of(bottom.grid).find("Processes:"), std::string::npos);
  expect_sound(bottom);
}

TEST(MainScreen, BringsTheSelectionIntoSightWhereAModeIsForcedUnlessScrolledAway) {
  auto state = make_state();
  state.mode = Mode::full;
  const auto snapshot = fixture::sample_snapshot();
  state.selected = key_of(arrange_rows(snapshot, state).back());
  const auto shows = [&] {
    const auto frame = draw(snapshot, state, small);
    return std::ranges::any_of(frame.drawn.clicks, [&](const ClickArea& click) {
      const auto* key = std::get_if<RowKey>(&click.target);
      return key != nullptr && *key == *state.selected;
    });
  };
  EXPECT_TRUE(shows());
  state.keeps_selection_in_sight = false;
  EXPECT_FALSE(shows());
  state.is_following = true;
  EXPECT_TRUE(shows());
}

TEST(MainScreen, HintsNameTheKeysAsTheyAreBound) {
  auto state = make_state();
  state.keys[Action::quit] = "x Alt-x";
  state.keys[Action::help] = "";
  const auto text = text_of(draw(fixture::sample_snapshot(), state, medium).grid);
  EXPECT_NE(text.find("x quit"), std::string::npos);
  EXPECT_EQ(text.find("h help"), std::string::npos);
  const auto tiny = draw(fixture::sample_snapshot(), state, {4, 20});
  EXPECT_NE(text_of(tiny.grid).find("x quits"), std::string::npos);
  ASSERT_EQ(tiny.drawn.clicks.size(), 1U);
  EXPECT_EQ(tiny.drawn.clicks[0].target, ClickTarget{Action::quit});
}

TEST(MainScreen, RootSeesHintsOnASmallTerminalToo) {
  auto state = make_state();
  state.viewer_uid = 0;
  const auto narrow = draw(fixture::sample_snapshot(), state, small);
  EXPECT_NE(text_of(narrow.grid).find("! root"), std::string::npos) << text_of(narrow.grid);
  EXPECT_NE(text_of(narrow.grid).find("environment"), std::string::npos) << text_of(narrow.grid);
  const auto wide = text_of(draw(fixture::sample_snapshot(), state, medium).grid);
  EXPECT_NE(wide.find("! You are root: signals reach everybody's processes."), std::string::npos);
}

TEST(MainScreen, AMistakeInTheFilterStaysInSight) {
  auto state = make_state();
  state.is_typing_filter = true;
  state.filter_text = "mem>abc";
  const auto shows = [&] {
    const auto text = text_of(draw(fixture::sample_snapshot(), state, small).grid);
    return text.find("abc is no size such as 10g") != std::string::npos;
  };
  EXPECT_TRUE(shows()) << "whatever cleared the message";
  state.filter_text = std::string(200, 'x') + " mem>abc";
  EXPECT_TRUE(shows()) << "also beside more text than there is room for";
  state.filter_text = "mem>1g";
  EXPECT_FALSE(shows());
}

TEST(MainScreen, HidesPanels) {
  auto state = make_state();
  state.show_devices = false;
  auto text = text_of(draw(fixture::sample_snapshot(), state, medium).grid);
  EXPECT_EQ(text.find("Driver Version"), std::string::npos);
  EXPECT_NE(text.find("Load Average"), std::string::npos);
  state.show_host = false;
  text = text_of(draw(fixture::sample_snapshot(), state, medium).grid);
  EXPECT_EQ(text.find("Load Average"), std::string::npos);
  state.show_processes = false;
  state.show_devices = true;
  text = text_of(draw(fixture::sample_snapshot(), state, medium).grid);
  EXPECT_EQ(text.find("Processes:"), std::string::npos);
}

TEST(MainScreen, TellsWhatACellShows) {
  const auto frame = draw(fixture::sample_snapshot(), make_state(), medium);
  const auto has = [&](const std::string& subject, Metric metric) {
    return std::ranges::any_of(frame.drawn.cells, [&](const Provenance& cell) {
      return subject_of(cell) == subject && cell.metric == metric;
    });
  };
  EXPECT_TRUE(has("GPU 3", Metric::temperature));
  EXPECT_TRUE(has("GPU 3", Metric::power_draw));
  EXPECT_TRUE(has("process 2001", Metric::gpu_memory));
  EXPECT_TRUE(has("process 2001", Metric::cpu_usage));
  EXPECT_TRUE(has("host", Metric::cpu_utilization));
}

TEST(MainScreen, HasHintsThatCanBeClicked) {
  auto state = make_state();
  const auto has = [&](Action action) {
    const auto frame = draw(fixture::sample_snapshot(), state, small);
    return std::ranges::any_of(frame.drawn.clicks, [&](const ClickArea& click) {
      const auto* target = std::get_if<Action>(&click.target);
      return target != nullptr && *target == action;
    });
  };
  EXPECT_TRUE(has(Action::help));
  EXPECT_TRUE(has(Action::quit));
  EXPECT_TRUE(has(Action::sort_by_gpu_memory));
  EXPECT_FALSE(has(Action::kill));
  state.selected = key_of(arrange_rows(fixture::sample_snapshot(), state).front());
  EXPECT_TRUE(has(Action::kill));
  state.is_read_only = true;
  EXPECT_FALSE(has(Action::kill));
}

}  // namespace
}  // namespace gander::tui
