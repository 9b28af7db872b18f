// SPDX-License-Identifier: Apache-2.0
// Samples, gaps, and the window over them.
#include "tui/widget/series.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gander::tui {
namespace {

TEST(Series, TellsAGapFromZero) {
  const Series series{0.0F, std::nullopt, std::numeric_limits<float>::quiet_NaN(), 0.123456F};
  EXPECT_EQ(series[0], 0.0F);
  EXPECT_EQ(series[1], std::nullopt);
  EXPECT_EQ(series[2], std::nullopt);
  EXPECT_EQ(series.back(), 0.123456F);
}

TEST(Series, GivesBackWhatCame) {
  Series series{0.1F, 70.9e9F, -3.0F};
  series.replace_back(0.654321F);
  series.push_back(std::nullopt);
  EXPECT_EQ(series[0], 0.1F);
  EXPECT_EQ(series[1], 70.9e9F);
  EXPECT_EQ(series[2], 0.654321F);
  EXPECT_EQ(series.back(), std::nullopt);
}

TEST(Series, ForgetsTheOldestAndKeepsTheOrder) {
  Series series;
  for (int i = 0; i < 1000; ++i) {
    series.push_back(static_cast<float>(i));
    if (series.size() > 100) series.pop_front();
  }
  ASSERT_EQ(series.size(), 100U);
  int expected = 900;
  for (const auto sample : series) EXPECT_EQ(sample, static_cast<float>(expected++));
  EXPECT_EQ(expected, 1000);
}

}  // namespace
}  // namespace gander::tui
