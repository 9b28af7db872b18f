// SPDX-License-Identifier: Apache-2.0
#include "text/line.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

Line two_pieces() { return Line{}.add("left ", {Color::red, {}}).add("右 end"); }

std::string cut(int width) { return two_pieces().cut(width, "…").write({}); }

TEST(Line, WhatFitsIsKept) {
  EXPECT_EQ(cut(11), "left 右 end");
  EXPECT_EQ(cut(100), "left 右 end");
}

TEST(Line, WhatIsCutHasAMarkAndNoHalfCharacter) {
  EXPECT_EQ(cut(10), "left 右 e…");
  EXPECT_EQ(cut(8), "left 右…");
  EXPECT_EQ(cut(7), "left …");
  EXPECT_EQ(cut(3), "le…");
  EXPECT_EQ(cut(1), "…");
  EXPECT_EQ(cut(0), "");
}

TEST(Line, WhatWasCutBeforeIsMarkedOnce) {
  const auto line = Line{}.add("name…", {Color::red, {}}).add("  more");
  EXPECT_EQ(line.cut(7, "…").write({}), "name… …");
  EXPECT_EQ(line.cut(6, "…").write({}), "name…");
}

}  // namespace
}  // namespace gander::text
