// SPDX-License-Identifier: Apache-2.0
// Reads lengths of time.
#include "text/duration.hpp"

#include <charconv>
#include <cmath>

namespace gander::text {

std::optional<double> find_duration(std::string_view text) {
  double amount = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, amount);
  if (error != std::errc{} || !std::isfinite(amount) || std::signbit(amount)) return std::nullopt;
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  if (unit.empty() || unit == "s") return amount;
  if (unit == "m") return amount * 60;
  if (unit == "h") return amount * 3600;
  if (unit == "d") return amount * 86400;
  return std::nullopt;
}

}  // namespace gander::text
