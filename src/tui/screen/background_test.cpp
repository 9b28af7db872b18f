// SPDX-License-Identifier: Apache-2.0
// Answers about the background as terminals give them.
#include "tui/screen/background.hpp"

#include <gtest/gtest.h>

namespace gander::tui {
namespace {

TEST(Background, reads_what_terminals_answer) {
  EXPECT_EQ(read_background("11;rgb:ffff/ffff/ffff"), (Rgb{255, 255, 255}));
  EXPECT_EQ(read_background("11;rgb:1c1c/1e1e/2626"), (Rgb{0x1c, 0x1e, 0x26}));
  EXPECT_EQ(read_background("11;rgb:f/0/8"), (Rgb{255, 0, 136}));
  EXPECT_EQ(read_background("11;rgb:fd/f6/e3"), (Rgb{0xfd, 0xf6, 0xe3}));
  EXPECT_EQ(read_background("11;rgba:0000/0000/0000/ffff"), (Rgb{0, 0, 0}));
}

TEST(Background, takes_nothing_else_for_a_colour) {
  for (const auto* reply :
       {"", "11;", "11;rgb:", "11;rgb:ff/ff", "11;rgb:ff//ff", "11;?", "10;rgb:ffff/ffff/ffff",
        "11;rgb:fffff/0/0", "11;rgb:gg/00/00", "11;rgb:-1/00/00", "?1;2c", "0n"}) {
    EXPECT_FALSE(read_background(reply)) << reply;
  }
  EXPECT_TRUE(is_terminal_kind("?1;2c"));
  EXPECT_TRUE(is_terminal_kind("?62;22c"));
  EXPECT_FALSE(is_terminal_kind("0n"));
  EXPECT_FALSE(is_terminal_kind("?2026;2$y"));
}

TEST(Background, is_light_where_dark_text_is_read_best) {
  EXPECT_TRUE(is_light({255, 255, 255}));
  EXPECT_TRUE(is_light({0xfd, 0xf6, 0xe3}));  // Solarized light
  EXPECT_TRUE(is_light({0xc0, 0xc0, 0xc0}));
  EXPECT_FALSE(is_light({0, 0, 0}));
  EXPECT_FALSE(is_light({0x00, 0x2b, 0x36}));  // Solarized dark
  EXPECT_FALSE(is_light({0x30, 0x0a, 0x24}));
  EXPECT_FALSE(is_light({0, 0, 255}));
}

}  // namespace
}  // namespace gander::tui
