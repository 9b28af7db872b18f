// SPDX-License-Identifier: Apache-2.0
// Columns of ASCII, wide and combining text.
#include "text/width.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

TEST(Width, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("日本"), 4);
  EXPECT_EQ(display_width("e\xcc\x81"), 1);
  EXPECT_EQ(display_width("█▏│"), 3);
  EXPECT_EQ(display_width("�␛"), 2);
}

TEST(Width, CutsAtEitherEnd) {
  EXPECT_EQ(cut_right("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_right("abcdef", 5), "abc..");
  EXPECT_EQ(cut_right("abcdefgh", 7, "+"), "abcdef+");
  EXPECT_EQ(cut_right("abc", 1), "a");
  EXPECT_EQ(cut_right("abc", 0), "");
  EXPECT_EQ(cut_left("abcdef", 5), "..def");
  EXPECT_EQ(cut_left("abcdef", 1), ".");
}

TEST(Width, NeverSplitsAWideCharacterOrAMark) {
  EXPECT_EQ(cut_right("日本語", 5, "+"), "日本+");
  EXPECT_EQ(cut_right("日本語", 4, "+"), "日+");
  EXPECT_EQ(cut_left("日本語", 5), "..語");
  EXPECT_EQ(cut_right("ae\xcc\x81xy", 3, "+"), "ae\xcc\x81+");
}

TEST(Width, PadsToExactColumns) {
  EXPECT_EQ(pad_right("ab", 4), "ab  ");
  EXPECT_EQ(pad_left("ab", 4), "  ab");
  EXPECT_EQ(centre("ab", 5), " ab  ");
  for (int width = 0; width < 12; ++width) {
    EXPECT_EQ(display_width(pad_right("日本語テキスト", width)), width);
    EXPECT_EQ(display_width(pad_left("日本語テキスト", width)), width);
    EXPECT_EQ(display_width(centre("日本語テキスト", width)), width);
  }
}

TEST(Width, Repeats) {
  EXPECT_EQ(repeat("═", 3), "═══");
  EXPECT_EQ(repeat("x", -1), "");
}

}  // namespace
}  // namespace gander::text
