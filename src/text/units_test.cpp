// SPDX-License-Identifier: Apache-2.0
// Every threshold of every unit, from both sides.
#include "text/units.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gander::text {
namespace {

constexpr double kib = 1024.0;
constexpr double mib = 1024.0 * kib;
constexpr double gib = 1024.0 * mib;
constexpr double tib = 1024.0 * gib;

TEST(Units, BytesChangeUnitAndPrecisionAtTheirSteps) {
  struct Case {
    double bytes;
    std::string_view text;
  };
  const std::vector<Case> cases{{0, "0B"},
                                {1023, "1023B"},
                                {1024, "1KiB"},
                                {mib - 1, "1024KiB"},
                                {mib, "1.00MiB"},
                                {99.5 * mib, "99.50MiB"},
                                {100 * mib, "100.0MiB"},
                                {1000 * mib, "1000MiB"},
                                {19 * gib, "19456MiB"},
                                {20 * gib, "20.00GiB"},
                                {79.65 * gib, "79.65GiB"},
                                {100 * gib, "100.0GiB"},
                                {1000 * gib, "0.98TiB"},
                                {3 * tib, "3.00TiB"},
                                {100 * tib, "100.0TiB"},
                                {1000 * tib, "0.98PiB"},
                                {-5, "0B"}};
  for (const auto& test : cases) EXPECT_EQ(write_bytes(test.bytes), test.text);
}

TEST(Units, BytesKeepTheSmallestUnitAskedFor) {
  EXPECT_EQ(write_bytes(512 * mib, SizeUnit::gib), "0.50GiB");
  EXPECT_EQ(write_bytes(15 * gib, SizeUnit::gib), "15.00GiB");
  EXPECT_EQ(write_bytes(0, SizeUnit::mib), "0.00MiB");
  EXPECT_EQ(write_bytes(2 * tib, SizeUnit::gib), "2.00TiB");
}

TEST(Units, Percentages) {
  EXPECT_EQ(write_percent(0), "0");
  EXPECT_EQ(write_percent(0.994), "99");
  EXPECT_EQ(write_percent(0.995), "MAX");
  EXPECT_EQ(write_percent(3), "MAX");
  EXPECT_EQ(write_wide_percent(0.1234), "12.3");
  EXPECT_EQ(write_wide_percent(9.999), "999.9");
  EXPECT_EQ(write_wide_percent(10), "1000");
  EXPECT_EQ(write_wide_percent(99.996), "9999+");
}

TEST(Units, Durations) {
  EXPECT_EQ(write_duration(0), "0:00");
  EXPECT_EQ(write_duration(59.9), "0:59");
  EXPECT_EQ(write_duration(3599), "59:59");
  EXPECT_EQ(write_duration(3600), "1:00:00");
  EXPECT_EQ(write_duration(86400), "24:00:00");
  EXPECT_EQ(write_duration(86400, 1), "1.0 days");
  EXPECT_EQ(write_duration(345599), "95:59:59");
  EXPECT_EQ(write_duration(345600), "4.0 days");
}

TEST(Units, OtherNumbers) {
  EXPECT_EQ(write_load(0.126), "0.13");
  EXPECT_EQ(write_load(12.5), "12.50");
  EXPECT_EQ(write_load(123.456), "123.4");
  EXPECT_EQ(write_load(1234.5), "1234");
  EXPECT_EQ(write_load(10000), "9999+");
  EXPECT_EQ(write_watts(312.5), "312W");
  EXPECT_EQ(write_clock(1980e6), "1980MHz");
  EXPECT_EQ(write_celsius(45), "45C");
}

TEST(Units, EveryReasonHasAShortFormThatFits) {
  for (std::uint8_t i = 0; i < 10; ++i) {
    const auto reason = static_cast<Missing>(i);
    EXPECT_LE(write_missing(reason, 3).size(), 3U);
    EXPECT_LE(write_missing(reason, 7).size(), 7U);
    EXPECT_FALSE(explain(reason).empty());
  }
  EXPECT_EQ(write_missing(Missing::device_lost, 4), "LOST");
  EXPECT_EQ(write_missing(Missing::not_supported, 3), "N/A");
}

}  // namespace
}  // namespace gander::text
