// SPDX-License-Identifier: Apache-2.0
// The text of one cell, which has little room.
#include <gtest/gtest.h>

#include <string>

#include "tui/screen/grid.hpp"

namespace gander::tui {
namespace {

TEST(Glyph, HoldsAWideCharacterWithItsMarks) {
  EXPECT_EQ(Glyph{"ก็้"}, "ก็้");
  EXPECT_EQ(Glyph{"😀"}.size(), 4U);
  EXPECT_TRUE(Glyph{}.empty());
  EXPECT_EQ(Cell{}.text, " ");
}

TEST(Glyph, LeavesOutWholeMarksThatFindNoRoom) {
  const std::string mark = "\xcc\x81";
  std::string cluster = "e";
  for (int i = 0; i < 20; ++i) cluster += mark;
  const Glyph glyph{cluster};
  EXPECT_LE(glyph.size(), Glyph::capacity);
  EXPECT_EQ(glyph, cluster.substr(0, glyph.size()));
  EXPECT_EQ((glyph.size() - 1) % mark.size(), 0U);
  EXPECT_GE(glyph.size(), Glyph::capacity - 1);
}

TEST(Glyph, ComparesByItsText) {
  EXPECT_EQ(Glyph{"a"}, Glyph{"a"});
  EXPECT_NE(Glyph{"a"}, Glyph{"b"});
  EXPECT_NE(Glyph{"e"}, Glyph{"e\xcc\x81"});
  EXPECT_NE((Cell{Glyph{"a"}, {.bold = true}}), (Cell{Glyph{"a"}, {}}));
}

TEST(Glyph, BoxesAndBlocksBesideMarksKeepTheirColumns) {
  Grid grid{{1, 8}};
  grid.put(0, {0, 0, 8}, "│e\xcc\x81█\xe2\xa0\xbfx", {});
  EXPECT_EQ(grid.at(0, 0).text, "│");
  EXPECT_EQ(grid.at(0, 1).text, "e\xcc\x81");
  EXPECT_EQ(grid.at(0, 2).text, "█");
  EXPECT_EQ(grid.at(0, 3).text, "\xe2\xa0\xbf");
  EXPECT_EQ(grid.at(0, 4).text, "x");
}

}  // namespace
}  // namespace gander::tui
