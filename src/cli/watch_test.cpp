// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.hpp"

#include <gtest/gtest.h>

namespace gander::cli {
namespace {

TEST(Watch, AFrameReplacesTheOneBefore) {
  EXPECT_EQ(write_frame("one\ntwo\n", 24), "\x1b[Hone\x1b[K\ntwo\x1b[K\n\x1b[J");
  EXPECT_EQ(write_frame("", 24), "\x1b[H\x1b[J");
}

TEST(Watch, AFrameNeverScrollsTheScreen) {
  EXPECT_EQ(write_frame("1\n2\n3\n", 4), "\x1b[H1\x1b[K\n2\x1b[K\n3\x1b[K\n\x1b[J");
  const auto frame = write_frame("1\n2\n3\n4\n", 4);
  EXPECT_EQ(std::count(frame.begin(), frame.end(), '\n'), 3);
  EXPECT_NE(frame.find("(2 more lines"), std::string::npos);
  EXPECT_NE(write_frame("1\n2\n", 1).find("(2 more lines"), std::string::npos);
}

}  // namespace
}  // namespace gander::cli
