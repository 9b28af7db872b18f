// SPDX-License-Identifier: Apache-2.0
// Moments against known dates.
#include "json/time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gander::json {
namespace {

TEST(Time, WritesUtcWithMilliseconds) {
  EXPECT_EQ(write_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(write_time(1741944413.589), "2025-03-14T09:26:53.589Z");
  EXPECT_EQ(write_time(951782400.0), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(write_time(-0.001), "1969-12-31T23:59:59.999Z");
}

TEST(Time, StaysInsideFourDigitYears) {
  EXPECT_EQ(write_time(1e300), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(write_time(-1e300), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(write_time(std::numeric_limits<double>::quiet_NaN()), "1970-01-01T00:00:00.000Z");
}

TEST(Time, ReadsEveryFormOfTheStandard) {
  EXPECT_EQ(read_time("2025-03-14T09:26:53.589Z"), 1741944413.589);
  EXPECT_EQ(read_time("2025-03-14T09:26:53Z"), 1741944413.0);
  EXPECT_EQ(read_time("2025-03-14T11:26:53.5891234+02:00"), 1741944413.589);
  EXPECT_EQ(read_time("2025-03-14 04:26:53.5-05:00"), 1741944413.5);
  EXPECT_EQ(read_time("2016-12-31T23:59:60Z"), 1483228800.0);
}

TEST(Time, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "2025", "2025-03-14", "2025-03-14T09:26:53", "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z", "2025-03-14T24:00:00Z", "2025-03-14T09:26:53.Z",
        "2025-03-14T09:26:53Zx", "+025-03-14T09:26:53Z", "2025-03-14T09:26:53+2:00"}) {
    EXPECT_EQ(read_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace gander::json
