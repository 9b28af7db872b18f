// SPDX-License-Identifier: Apache-2.0
// What is left of a sample in two bytes.
#include "tui/widget/series.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace gander::tui {
namespace {

/// A sample that is not the newest any more.
std::optional<float> kept(std::optional<float> sample) { return Series{sample, 0.0F}[0]; }

TEST(Series, KeepsNumbersToAThousandthOverTheRangeOfAllMetrics) {
  for (double size = 1e-6; size < 4e12; size *= 1.003) {
    for (const double value : {size, -size}) {
      const auto back = kept(static_cast<float>(value));
      ASSERT_TRUE(back.has_value()) << value;
      ASSERT_NEAR(static_cast<double>(*back), value, size / 1024) << value;
    }
  }
}

TEST(Series, KeepsSharesInHalvesAndWholePercentsExactly) {
  for (const float value : {0.0F, 0.25F, 0.5F, 0.75F, 1.0F, 80.0F, 100.0F, 511.0F}) {
    EXPECT_EQ(kept(value), value);
  }
}

TEST(Series, TellsAGapFromZeroAndHoldsOnToWhatIsOutOfRange) {
  EXPECT_EQ(kept(std::nullopt), std::nullopt);
  EXPECT_EQ(kept(0.0F), 0.0F);
  EXPECT_EQ(kept(-0.0F), 0.0F);
  EXPECT_EQ(kept(1e-9F), 0.0F);
  EXPECT_EQ(kept(std::numeric_limits<float>::quiet_NaN()), std::nullopt);
  for (const float value :
       {1e20F, std::numeric_limits<float>::max(), std::numeric_limits<float>::infinity()}) {
    const auto back = kept(value);
    ASSERT_TRUE(back.has_value());
    EXPECT_GT(*back, 4e12F) << value;
  }
}

TEST(Series, GivesTheNewestAsItCame) {
  Series series{0.1F, 0.123456F};
  EXPECT_EQ(series.back(), 0.123456F);
  series.replace_back(0.654321F);
  EXPECT_EQ(series.back(), 0.654321F);
  series.push_back(std::nullopt);
  EXPECT_EQ(series.back(), std::nullopt);
  EXPECT_NEAR(static_cast<double>(series[1].value_or(0)), 0.654321, 0.001);
}

TEST(Series, ForgetsTheOldestAndKeepsTheOrder) {
  Series series;
  for (int i = 0; i < 1000; ++i) {
    series.push_back(static_cast<float>(i % 256));
    if (series.size() > 100) series.pop_front();
  }
  ASSERT_EQ(series.size(), 100U);
  int expected = 900;
  for (const auto sample : series) EXPECT_EQ(sample, static_cast<float>(expected++ % 256));
  EXPECT_EQ(expected, 1000);
}

}  // namespace
}  // namespace gander::tui
