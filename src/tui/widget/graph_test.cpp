// SPDX-License-Identifier: Apache-2.0
// Graphs, bars and windows on lists, cell by cell.
#include "tui/widget/graph.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tui/widget/bar.hpp"
#include "tui/widget/scroll.hpp"

namespace gander::tui {
namespace {

std::string row_of(const Grid& grid, int row) {
  std::string text;
  for (int column = 0; column < grid.size().columns; ++column) text += grid.at(row, column).text;
  return text;
}

std::string drawn(const Graph& graph, Size size) {
  Grid grid{size};
  draw_graph(graph, Canvas{grid, {0, 0, size.rows, size.columns}});
  std::string text;
  for (int row = 0; row < size.rows; ++row) text += (row > 0 ? "/" : "") + row_of(grid, row);
  return text;
}

TEST(Graph, HasTwoSamplesAndFourStepsInACell) {
  const Series series{0.25F, 0.5F, 0.75F, 1.0F};
  EXPECT_EQ(drawn({series}, {1, 2}), "⣠⣾");
  EXPECT_EQ(drawn({.series = series, .growth = Growth::down}, {1, 2}), "⠙⢿");
  EXPECT_EQ(drawn({.series = series, .bound = 2}, {2, 2}), "  /⣠⣾");
}

TEST(Graph, ScrollsByHalfACell) {
  Series series{1.0F};
  EXPECT_EQ(drawn({series}, {1, 2}), " ⢸");
  series.push_back(0.0F);
  EXPECT_EQ(drawn({series}, {1, 2}), " ⣇");
  series.push_back(0.0F);
  EXPECT_EQ(drawn({series}, {1, 2}), "⢸⣀");
}

TEST(Graph, ShowsZeroAndLeavesGapsBlank) {
  const Series series{0.0F, std::nullopt, std::nullopt, std::nullopt, 0.0F, 0.0F};
  EXPECT_EQ(drawn({series}, {1, 3}), "⡀ ⣀");
  EXPECT_EQ(drawn({Series{}}, {2, 3}), "   /   ");
}

TEST(Graph, CutsWhatIsAboveItsBoundAndSurvivesNone) {
  const Series series{5.0F, -3.0F};
  EXPECT_EQ(drawn({series}, {1, 1}), "⣇");
  EXPECT_EQ(drawn({.series = series, .bound = 0}, {1, 1}), "⣀");
}

TEST(Graph, HasRungsWithoutBraille) {
  const Series series{0.0F, 0.0F, 0.5F, 0.5F, 1.0F, 1.0F};
  EXPECT_EQ(drawn({.series = series, .charset = Charset::blocks}, {1, 3}), "▁▄█");
  EXPECT_EQ(drawn({.series = series, .growth = Growth::down, .charset = Charset::blocks}, {1, 3}),
            "▔▀█");
  EXPECT_EQ(drawn({.series = series, .charset = Charset::ascii}, {1, 3}), ".:|");
  EXPECT_EQ(drawn({.series = series, .growth = Growth::down, .charset = Charset::ascii}, {1, 3}),
            "':|");
}

TEST(Graph, ColorsHigherRowsMore) {
  const Series series{1.0F, 1.0F};
  Grid grid{{3, 1}};
  draw_graph({.series = series, .coloring = Coloring::gradient}, Canvas{grid, {0, 0, 3, 1}});
  EXPECT_GT(grid.at(0, 0).style.gradient, grid.at(1, 0).style.gradient);
  EXPECT_GT(grid.at(1, 0).style.gradient, grid.at(2, 0).style.gradient);
  EXPECT_GT(grid.at(2, 0).style.gradient, 0);
}

TEST(Graph, FindsABoundForWhatIsInSight) {
  const Series series{80.0F, std::nullopt, 8.0F, 40.0F};
  EXPECT_DOUBLE_EQ(automatic_bound(series, 1, 100), 50);
  EXPECT_DOUBLE_EQ(automatic_bound(series, 2, 100), 100);
  EXPECT_DOUBLE_EQ(automatic_bound(Series{}, 2, 100), 10);
}

TEST(Graph, MarksTheTime) {
  Grid grid{{1, 40}};
  draw_time_rule(Canvas{grid, {0, 0, 1, 40}}, {});
  EXPECT_EQ(row_of(grid, 0), "─────╴60s├──────────╴30s├───────────────");
}

TEST(Bar, TellsHowMuchAShareAlarms) {
  const Levels levels{0.1, 0.75};
  EXPECT_EQ(intensity_of(0.05, levels), Role::light);
  EXPECT_EQ(intensity_of(0.1, levels), Role::moderate);
  EXPECT_EQ(intensity_of(0.75, levels), Role::heavy);
  EXPECT_EQ(intensity_of(Missing::timed_out, levels), Role::moderate);
  EXPECT_EQ(worse(Role::light, Role::heavy), Role::heavy);
}

TEST(Bar, FillsItsSpanAndSaysWhyItCannot) {
  Grid grid{{2, 20}};
  const Canvas canvas{grid, {0, 0, 2, 20}};
  draw_bar(canvas, {0, {2, 16}}, {"MEM", 0.5, "8GiB", text::Bar::Order::figure_first, {}}, {});
  draw_bar(canvas, {1, {2, 16}}, {"MEM", Missing::device_lost, "", {}, {}}, {});
  EXPECT_EQ(row_of(grid, 0), "  MEM: ███▌ 8GiB    ");
  EXPECT_EQ(row_of(grid, 1), "  MEM: ░░░░░░░ LST  ");
  draw_bar(canvas, {0, {2, 0}}, {"MEM", 0.5, "", {}, {}}, {});
  EXPECT_EQ(row_of(grid, 0), "  MEM: ███▌ 8GiB    ");
}

TEST(Scroll, StaysInRange) {
  EXPECT_EQ(first_shown(3, 10, 4), 3);
  EXPECT_EQ(first_shown(30, 10, 4), 6);
  EXPECT_EQ(first_shown(-3, 10, 4), 0);
  EXPECT_EQ(first_shown(3, 2, 4), 0);
  EXPECT_EQ(first_shown(30, 10, 0), 9);
}

TEST(Scroll, SaysWhatIsInSight) {
  Grid grid{{1, 20}};
  const Canvas canvas{grid, {0, 0, 1, 20}};
  draw_window(canvas, 0, {2, 3, 10});
  EXPECT_EQ(row_of(grid, 0), "        3-5 of 10   ");
  Grid other{{1, 20}};
  draw_window(Canvas{other, {0, 0, 1, 20}}, 0, {0, 10, 10});
  EXPECT_EQ(row_of(other, 0), std::string(20, ' '));
}

}  // namespace
}  // namespace gander::tui
