// SPDX-License-Identifier: Apache-2.0
#include "text/wrap.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

using Lines = std::vector<std::string>;

TEST(Wrap, BreaksAtSpacesAndCutsWhatFitsNowhere) {
  EXPECT_EQ(wrap("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("  one   two ", 20), Lines{"one two"});
  EXPECT_EQ(wrap("unbreakable word", 6), (Lines{"unbr..", "word"}));
  EXPECT_EQ(wrap("", 6), Lines{""});
}

TEST(Wrap, NothingIsLostOfAWordThatIsLongerThanALine) {
  EXPECT_EQ(wrap_whole("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap_whole("unbreakable word", 6), (Lines{"unbrea", "kable", "word"}));
  EXPECT_EQ(wrap_whole("one unbreakable", 6), (Lines{"one", "unbrea", "kable"}));
  EXPECT_EQ(wrap_whole("", 6), Lines{""});
}

}  // namespace
}  // namespace gander::text
