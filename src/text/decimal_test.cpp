// SPDX-License-Identifier: Apache-2.0
#include "text/decimal.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace gander::text {
namespace {

void expect_as_fmt(double value) {
  for (int decimals = 0; decimals < 5; ++decimals) {
    EXPECT_EQ(write_decimal(value, decimals), fmt::format("{:.{}f}", value, decimals))
        << decimals << " decimals of " << fmt::format("{}", value);
  }
}

TEST(Decimal, IsWhatFmtWrites) {
  for (const double value : {0.0, 0.05, 0.5, 0.95, 0.999, 1.0, 1.005, 1.5, 2.5, 9.95, 9.995, 99.95,
                             1234.5, 999999999.9996, 1e9, 1e12, -1.0, -0.04}) {
    expect_as_fmt(value);
    expect_as_fmt(std::nextafter(value, 1e300));
    expect_as_fmt(std::nextafter(value, -1e300));
  }
  expect_as_fmt(std::numeric_limits<double>::infinity());
  std::mt19937_64 random{7};  // NOLINT(cert-msc51-cpp): the same in each run
  for (int i = 0; i < 20000; ++i) {
    const double size = std::pow(10.0, static_cast<double>(random() % 11));
    expect_as_fmt(static_cast<double>(random() % 1000000000) / 1e9 * size);
    // Hundredths and thousandths lie nearest to the middle.
    expect_as_fmt(static_cast<double>(random() % 10000000) / 1000);
  }
}

}  // namespace
}  // namespace gander::text
