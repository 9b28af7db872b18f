// SPDX-License-Identifier: Apache-2.0
#include "text/utf8.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

TEST(Utf8, WritesTheBoundsOfEveryLength) {
  EXPECT_EQ(write_utf8(U'a'), "a");
  EXPECT_EQ(write_utf8(U'\x7f'), "\x7f");
  EXPECT_EQ(write_utf8(U'\x80'), "\xc2\x80");
  EXPECT_EQ(write_utf8(U'\x7ff'), "\xdf\xbf");
  EXPECT_EQ(write_utf8(U'\x800'), "\xe0\xa0\x80");
  EXPECT_EQ(write_utf8(U'\xffff'), "\xef\xbf\xbf");
  EXPECT_EQ(write_utf8(U'\x10000'), "\xf0\x90\x80\x80");
  EXPECT_EQ(write_utf8(U'\x10ffff'), "\xf4\x8f\xbf\xbf");
}

}  // namespace
}  // namespace gander::text
