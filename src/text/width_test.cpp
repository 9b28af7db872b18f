// SPDX-License-Identifier: Apache-2.0
// Columns of ASCII, wide and combining text.
#include "text/width.hpp"

#include <gtest/gtest.h>

#include "text/safe.hpp"
#include "text/utf8.hpp"

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

TEST(Width, SimpleCharactersAreWhatTheTablesSay) {
  int found = 0;
  for (char32_t code = 0; code < 0x11000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    const auto letter = write_utf8(code);
    if (simple_bytes(letter) == 0) continue;
    ++found;
    ASSERT_EQ(simple_bytes(letter), letter.size()) << static_cast<unsigned>(code);
    // With a mark behind it, it is looked up.
    ASSERT_EQ(display_width(letter + "\xcc\x81"), 1) << static_cast<unsigned>(code);
    ASSERT_EQ(safe(letter), letter) << static_cast<unsigned>(code);
  }
  EXPECT_EQ(found, 95 + 160 + 256);
  EXPECT_EQ(simple_bytes("\xe2\x94"), 0U);
  EXPECT_EQ(simple_bytes("\xe2\x94x"), 0U);
}

TEST(Width, Repeats) {
  EXPECT_EQ(repeat("═", 3), "═══");
  EXPECT_EQ(repeat("x", -1), "");
}

TEST(Width, PlainBytesEndAtTheFirstByteThatIsNotPrintableAscii) {
  const std::string plain = " 0aZ~ 0aZ~ 0aZ~ 0aZ~";
  EXPECT_EQ(plain_bytes(""), 0U);
  EXPECT_EQ(plain_bytes(plain), plain.size());
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_plain = byte >= 0x20 && byte <= 0x7E;
    for (std::size_t at = 0; at < plain.size(); ++at) {
      std::string text = plain;
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(plain_bytes(text), is_plain ? text.size() : at) << byte << " at " << at;
    }
  }
}

}  // namespace
}  // namespace gander::text
