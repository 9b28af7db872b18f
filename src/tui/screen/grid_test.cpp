// SPDX-License-Identifier: Apache-2.0
// Cells, wide characters and the edges of canvases.
#include "tui/screen/grid.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gander::tui {
namespace {

std::string row_of(const Grid& grid, int row) {
  std::string text;
  for (int column = 0; column < grid.size().columns; ++column) text += grid.at(row, column).text;
  return text;
}

TEST(Grid, StartsBlankAndIsNeverNegative) {
  EXPECT_EQ(row_of(Grid{{1, 3}}, 0), "   ");
  EXPECT_EQ((Grid{{-1, -5}}.size()), (Size{0, 0}));
}

TEST(Grid, CutsAtItsEdges) {
  Grid grid{{2, 5}};
  EXPECT_EQ(grid.put(0, {3, 0, 5}, "abcdef", {}), 5);
  EXPECT_EQ(grid.put(0, {-2, 0, 5}, "xyz", {}), 1);
  EXPECT_EQ(row_of(grid, 0), "z  ab");
  grid.put(2, {0, 0, 5}, "below", {});
  grid.put(-1, {0, 0, 5}, "above", {});
  EXPECT_EQ(row_of(grid, 1), "     ");
}

TEST(Grid, KeepsAWideCharacterWholeOrNotAtAll) {
  Grid grid{{1, 4}};
  grid.put(0, {0, 0, 4}, "計算", {});
  EXPECT_EQ(grid.at(0, 1).text, "");
  grid.put(0, {1, 0, 4}, "x", {});
  EXPECT_EQ(row_of(grid, 0), " x算");
  grid.put(0, {2, 0, 4}, "y", {});
  EXPECT_EQ(row_of(grid, 0), " xy ");
  Grid narrow{{1, 3}};
  narrow.put(0, {0, 0, 3}, "計算", {});
  EXPECT_EQ(row_of(narrow, 0), "計 ");
  narrow.put(0, {-1, 0, 3}, "機", {});
  EXPECT_EQ(row_of(narrow, 0), "   ");
}

TEST(Grid, KeepsMarksWithTheirCharacter) {
  Grid grid{{1, 3}};
  grid.put(0, {0, 0, 3}, "e\xcc\x81x", {});
  EXPECT_EQ(grid.at(0, 0).text, "e\xcc\x81");
  EXPECT_EQ(grid.at(0, 1).text, "x");
}

TEST(Grid, MakesForeignBytesSafe) {
  Grid grid{{1, 12}};
  grid.put(0, {0, 0, 12}, "a\x1b[2J\nb\xff", {});
  for (int column = 0; column < 12; ++column) {
    for (const char byte : std::string_view{grid.at(0, column).text}) {
      EXPECT_GE(static_cast<unsigned char>(byte), 0x20U);
    }
  }
  EXPECT_EQ(grid.at(0, 1).text, "␛");
}

TEST(Canvas, DrawsNothingOutsideItself) {
  Grid grid{{4, 8}};
  const Canvas canvas{grid, {1, 2, 2, 4}};
  for (int row = -3; row < 6; ++row) canvas.put(row, -5, std::string(20, '#'));
  canvas.fill({-5, -5, 20, 20}, U'#');
  canvas.restyle({-5, -5, 20, 20}, {.role = Role::error});
  canvas.change({-5, -5, 20, 20}, [](Style& style) { style.bold = true; });
  EXPECT_EQ(row_of(grid, 0), "        ");
  EXPECT_EQ(row_of(grid, 1), "  ####  ");
  EXPECT_EQ(row_of(grid, 3), "        ");
  EXPECT_EQ(grid.at(1, 1).style, Style{});
  EXPECT_EQ(grid.at(1, 2).style, (Style{.role = Role::error, .bold = true}));
  EXPECT_EQ(grid.at(1, 6).style, Style{});
}

TEST(Canvas, CutsItsParts) {
  Grid grid{{4, 8}};
  const Canvas canvas{grid, {1, 2, 2, 4}};
  EXPECT_EQ(canvas.part({1, 1, 9, 9}).area(), (Area{2, 3, 1, 3}));
  EXPECT_EQ(canvas.part({5, 0, 1, 1}).area().rows, 0);
  EXPECT_EQ(canvas.part({0, 0, -2, -2}).size(), (Size{0, 0}));
  EXPECT_EQ(canvas.in_grid({-1, -1, 2, 2}), (Area{1, 2, 1, 1}));
  EXPECT_EQ((Canvas{grid, {-5, -5, 100, 100}}.area()), (Area{0, 0, 4, 8}));
}

TEST(Canvas, FillsSpansExactly) {
  Grid grid{{3, 10}};
  const Canvas canvas{grid, {0, 0, 3, 10}};
  canvas.fill({0, 0, 3, 10}, U'.');
  canvas.put_left(0, {1, 6}, "ab");
  canvas.put_right(1, {1, 6}, "ab");
  canvas.put_centre(2, {1, 6}, "abcdefgh");
  EXPECT_EQ(row_of(grid, 0), ".ab    ...");
  EXPECT_EQ(row_of(grid, 1), ".    ab...");
  EXPECT_EQ(row_of(grid, 2), ".abcd.....");
}

TEST(Grid, PlainTextLeavesNoHalfOfAWideCharacterBesideIt) {
  Grid grid{{1, 8}};
  grid.put(0, {0, 0, 8}, "計計計計", {});
  EXPECT_EQ(grid.put(0, {1, 0, 8}, "abcd", {}), 5);
  EXPECT_EQ(row_of(grid, 0), " abcd 計");
  grid.fill(0, {6, 0, 7}, Glyph{"."}, {});
  EXPECT_EQ(row_of(grid, 0), " abcd . ");
}

TEST(Grid, KeepsAMarkWithThePlainCharacterBeforeIt) {
  Grid grid{{1, 12}};
  EXPECT_EQ(grid.put(0, {0, 0, 12}, "plain text e\xcc\x81", {}), 12);
  EXPECT_EQ(grid.at(0, 11).text, "e\xcc\x81");
}

TEST(Grid, CutsPlainTextAtBothEnds) {
  Grid grid{{1, 8}};
  EXPECT_EQ(grid.put(0, {-2, 1, 5}, "0123456789", {}), 5);
  EXPECT_EQ(row_of(grid, 0), " 3456   ");
  EXPECT_EQ(grid.put(0, {6, 1, 5}, "ab", {}), 6);
  EXPECT_EQ(row_of(grid, 0), " 3456   ");
}

TEST(Canvas, ReturnsTheColumnBehindAText) {
  Grid grid{{1, 10}};
  const Canvas canvas{grid, {0, 2, 1, 8}};
  EXPECT_EQ(canvas.put(0, 1, "計x"), 4);
  EXPECT_EQ(canvas.put(7, 1, "計x"), 4);
}

}  // namespace
}  // namespace gander::tui
