// SPDX-License-Identifier: Apache-2.0
#include "cli/window.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gander::cli {
namespace {

/// The sleeps of a window, each followed by a look.
std::vector<double> sleeps_of(double window) {
  std::vector<double> sleeps;
  std::size_t looks = 0;
  look_through(
      Seconds{window},
      [&](Seconds time) {
        EXPECT_EQ(looks, sleeps.size());
        sleeps.push_back(time.count());
      },
      [&] { ++looks; });
  EXPECT_EQ(looks, sleeps.size());
  return sleeps;
}

TEST(Window, IsWatchedEverySecondAndAtItsEnd) {
  EXPECT_EQ(sleeps_of(3.5), (std::vector<double>{1, 1, 1, 0.5}));
  EXPECT_EQ(sleeps_of(2), (std::vector<double>{1, 1}));
  EXPECT_EQ(sleeps_of(0.25), (std::vector<double>{0.25}));
}

TEST(Window, OfNoLengthHasNoLook) {
  EXPECT_TRUE(sleeps_of(0).empty());
  EXPECT_TRUE(sleeps_of(-1).empty());
}

}  // namespace
}  // namespace gander::cli
