// SPDX-License-Identifier: Apache-2.0
// Digits of a whole number where that is exact, which is nearly always; else fmt.
#include "text/decimal.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace gander::text {
namespace {

constexpr std::array<double, 4> powers{1, 10, 100, 1000};
constexpr double largest = 1e9;
/// Far more than what multiplying can have rounded off.
constexpr double doubt = 1e-3;

}  // namespace

std::string write_decimal(double value, int decimals) {
  const auto places = static_cast<std::size_t>(decimals);
  // Written so that NaN is not in range.
  const bool is_in_range = value >= 0 && value < largest && places < powers.size();
  const double scaled = is_in_range ? value * powers[places] : 0;
  const double below = std::floor(scaled);
  const double rest = scaled - below;
  // What lies in the middle between two numbers is for somebody who is exact.
  if (!is_in_range || std::abs(rest - 0.5) < doubt) return fmt::format("{:.{}f}", value, decimals);
  auto digits = static_cast<std::uint64_t>(below) + (rest > 0.5 ? 1 : 0);
  std::array<char, 16> buffer{};
  std::size_t at = buffer.size();
  const auto put_digit = [&] {
    buffer[--at] = static_cast<char>('0' + digits % 10);
    digits /= 10;
  };
  for (std::size_t i = 0; i < places; ++i) put_digit();
  if (places > 0) buffer[--at] = '.';
  do {
    put_digit();
  } while (digits > 0);
  return {buffer.data() + at, buffer.size() - at};
}

}  // namespace gander::text
