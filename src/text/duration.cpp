// SPDX-License-Identifier: Apache-2.0
// Reads lengths of time.
#include "text/duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gander::text {
namespace {

struct UnitRow {
  std::string_view name;
  double seconds;
};
constexpr std::array units{UnitRow{"", 1}, UnitRow{"s", 1}, UnitRow{"m", 60}, UnitRow{"h", 3600},
                           UnitRow{"d", 86400}};

}  // namespace

std::optional<double> find_duration(std::string_view text) {
  double amount = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, amount);
  if (error != std::errc{} || !std::isfinite(amount) || std::signbit(amount)) return std::nullopt;
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  const auto found = std::ranges::find(units, unit, &UnitRow::name);
  if (found == units.end()) return std::nullopt;
  const double seconds = amount * found->seconds;
  return std::isfinite(seconds) ? std::optional{seconds} : std::nullopt;
}

}  // namespace gander::text
