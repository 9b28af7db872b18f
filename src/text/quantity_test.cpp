// SPDX-License-Identifier: Apache-2.0
#include "text/quantity.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

TEST(Quantity, EveryUnitIsScaledAndNamed) {
  EXPECT_EQ(write_quantity(Unit::ratio, 0.45), "45%");
  EXPECT_EQ(write_quantity(Unit::ratio, 0.4525), "45.2%");
  EXPECT_EQ(write_quantity(Unit::ratio, 0.0), "0%");
  EXPECT_EQ(write_quantity(Unit::ratio, 64.0), "6400%");
  EXPECT_EQ(write_quantity(Unit::bytes, 1048576.0), "1.00MiB");
  EXPECT_EQ(write_quantity(Unit::bytes_per_second, 1048576.0), "1.00MiB/s");
  EXPECT_EQ(write_quantity(Unit::watts, 312.4), "312W");
  EXPECT_EQ(write_quantity(Unit::joules, 3600.0), "1.0Wh");
  EXPECT_EQ(write_quantity(Unit::joules, 123456789.5), "34.3kWh");
  EXPECT_EQ(write_quantity(Unit::joules, 7.2e9), "2.0MWh");
  EXPECT_EQ(write_quantity(Unit::celsius, 45.0), "45C");
  EXPECT_EQ(write_quantity(Unit::hertz, 1980e6), "1980MHz");
  EXPECT_EQ(write_quantity(Unit::rpm, 3200.0), "3200rpm");
  EXPECT_EQ(write_quantity(Unit::count, 16896.0), "16896");
  EXPECT_EQ(write_quantity(Unit::number, 41.27), "41.27");
  EXPECT_EQ(write_quantity(Unit::number, 1e300), "1e+300");
}

TEST(Quantity, TimesStayReadableFromMillisecondsToDays) {
  EXPECT_EQ(write_quantity(Unit::seconds, 0.0), "0s");
  EXPECT_EQ(write_quantity(Unit::seconds, 0.02), "20ms");
  EXPECT_EQ(write_quantity(Unit::seconds, 12.34), "12.3s");
  EXPECT_EQ(write_quantity(Unit::seconds, 3723.0), "1:02:03");
}

}  // namespace
}  // namespace gander::text
