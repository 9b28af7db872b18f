// SPDX-License-Identifier: Apache-2.0
// What holds of every screen at every size from 1x1 to 250x80. Where GANDER_FULL_MATRIX is set, the
// main screen takes all of them and the others each third, so that every width and every height
// occurs; else a choice. GANDER_FULL_MATRIX=all takes all for all, which is half an hour.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "tests/golden/fixture_workload.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "tui/app/looking_at.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr int most_rows = 80;
constexpr int most_columns = 250;

bool is_inside(const Area& area, Size size) {
  return area.row >= 0 && area.column >= 0 && area.rows > 0 && area.columns > 0 &&
         area.row + area.rows <= size.rows && area.column + area.columns <= size.columns;
}

/// Marks the cells of an area; false if one of them is taken.
bool take(std::vector<char>& taken, const Area& area, int columns) {
  bool is_free = true;
  for (int row = area.row; row < area.row + area.rows; ++row) {
    for (int column = area.column; column < area.column + area.columns; ++column) {
      char& cell = taken[static_cast<std::size_t>(row * columns + column)];
      is_free = is_free && cell == 0;
      cell = 1;
    }
  }
  return is_free;
}

/// All areas lie inside; no two numbers, rows, GPUs or hints lie on the same cell.
void expect_areas(const Drawn& drawn, Size size) {
  const auto room = static_cast<std::size_t>(size.rows) * static_cast<std::size_t>(size.columns);
  std::array<std::vector<char>, std::variant_size_v<ClickTarget>> taken;
  taken.fill(std::vector<char>(room));
  for (const ClickArea& click : drawn.clicks) {
    ASSERT_TRUE(is_inside(click.area, size));
    ASSERT_TRUE(take(taken[click.target.index()], click.area, size.columns))
        << "two things to click at row " << click.area.row << ", column " << click.area.column;
  }
  std::vector<char> numbers(room);
  for (const Provenance& cell : drawn.cells) {
    ASSERT_TRUE(is_inside(cell.area, size));
    ASSERT_TRUE(take(numbers, cell.area, size.columns))
        << subject_of(cell) << " lies on another number at row " << cell.area.row << ", column "
        << cell.area.column;
  }
}

/// Every cell is safe to print and as wide as it says: a wide character has both of its cells.
void expect_cells(const Grid& grid) {
  const auto [rows, columns] = grid.size();
  for (int row = 0; row < rows; ++row) {
    int owed = 0;
    for (int column = 0; column < columns; ++column) {
      const std::string& text = grid.at(row, column).text;
      ASSERT_EQ(text.empty(), owed > 0) << row << "," << column;
      if (owed-- > 0) continue;
      owed = text::display_width(text) - 1;
      ASSERT_GE(owed, 0) << row << "," << column;
      ASSERT_LE(owed, 1) << row << "," << column;
      ASSERT_TRUE(text == " " || text::safe(text) == text) << row << "," << column;
    }
    ASSERT_LE(owed, 0) << "half a character at the end of row " << row;
  }
}

/// Views, columns and lines take turns as machines do.
void vary_notebooks(std::size_t turn, ViewState& state) {
  state.notebooks.show(workload_views.at(turn % workload_views.size()));
  auto& view = state.notebooks.now();
  view.table.choice.verbosity = text::Verbosity::everything;
  view.table.shows_all = turn % 5 == 0;
  view.table.cells.has_bars = turn % 7 == 0;
  view.has_footnote = turn % 11 != 0;
  view.has_legend = turn % 13 != 0;
  view.lines = {turn % 17 != 0, turn % 2 == 0};
  if (state.screen == Screen::notebooks) state.page_column = static_cast<int>(turn % 4);
}

struct Sweep {
  Screen screen;
  bool has_dialog;
};

class SizeSweep : public testing::TestWithParam<Sweep> {};

TEST_P(SizeSweep, NothingOutsideNothingOverlapping) {
  const char* wish = std::getenv("GANDER_FULL_MATRIX");
  const bool is_full = wish != nullptr;
  const bool takes_all =
      is_full && (GetParam().screen == Screen::main || wish == std::string{"all"});
  // Steps that share no divisor with widths and heights at which layouts change.
  const int step_rows = is_full ? 1 : 11;
  const int step_columns = is_full ? 1 : 23;
  auto all = machines();
  if (GetParam().screen == Screen::notebooks) {
    all.emplace_back("lab", fixture::notebook_snapshot());
    all.emplace_back("hostile_notebook", fixture::hostile_notebook_snapshot());
  }
  std::vector<History> histories;
  std::vector<ViewState> states;
  for (const auto& [name, snapshot] : all) {
    histories.push_back(make_history(snapshot));
    states.push_back(looking_at(GetParam().screen, snapshot));
    if (!GetParam().has_dialog) continue;
    SignalDialog dialog;
    dialog.signal = 15;
    for (const Process& process : snapshot.processes) dialog.targets.push_back({process, 1e9, 2});
    states.back().dialog = dialog;
  }
  // The machines take turns from size to size: a whole sweep of each would take hours.
  std::size_t turn = 0;
  for (int rows = 1; rows <= most_rows; rows += step_rows) {
    for (int columns = 1; columns <= most_columns; columns += step_columns, ++turn) {
      if (is_full && !takes_all && (rows + columns) % 3 != 0) continue;
      const std::size_t chosen = turn % all.size();
      SCOPED_TRACE(fmt::format("{} {}x{}", all[chosen].first, columns, rows));
      Grid grid{{rows, columns}};
      vary_notebooks(turn, states[chosen]);
      const auto drawn = draw_frame({all[chosen].second, histories[chosen], states[chosen]}, grid);
      ASSERT_NO_FATAL_FAILURE(expect_areas(drawn, grid.size()));
      ASSERT_NO_FATAL_FAILURE(expect_cells(grid));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Screens, SizeSweep,
                         testing::Values(Sweep{Screen::main, false}, Sweep{Screen::main, true},
                                         Sweep{Screen::tree, false},
                                         Sweep{Screen::environment, false},
                                         Sweep{Screen::process, false},
                                         Sweep{Screen::device, false}, Sweep{Screen::help, false},
                                         Sweep{Screen::settings, false}, Sweep{Screen::why, false},
                                         Sweep{Screen::notebooks, false},
                                         Sweep{Screen::notebooks, true}),
                         [](const auto& instance) {
                           return std::string{name_of(instance.param.screen)} +
                                  (instance.param.has_dialog ? "_dialog" : "");
                         });

}  // namespace
}  // namespace gander::tui
