// SPDX-License-Identifier: Apache-2.0
// How the number of each unit is scaled; sizes, watts and the like as in units.cpp.
#include "text/quantity.hpp"

#include <fmt/format.h>

#include <cmath>

#include "text/units.hpp"

namespace gander::text {
namespace {

constexpr double joules_per_watt_hour = 3600;

std::string write_number(double value) {
  constexpr double largest_whole = 9007199254740992.0;
  if (std::abs(value) <= largest_whole && value == std::floor(value)) {
    return fmt::format("{:.0f}", value);
  }
  return fmt::format("{:.4g}", value);
}

/// Whole where nothing is lost, else with a decimal.
std::string write_ratio(double ratio) {
  const double percent = ratio * 100;
  const bool is_whole = std::abs(percent - std::round(percent)) < 0.05;
  return fmt::format("{:.{}f}%", percent, is_whole || std::abs(percent) >= 1000 ? 0 : 1);
}

std::string write_energy(double joules) {
  const double watt_hours = joules / joules_per_watt_hour;
  if (watt_hours >= 999.95e3) return fmt::format("{:.1f}MWh", watt_hours / 1e6);
  return watt_hours >= 999.95 ? fmt::format("{:.1f}kWh", watt_hours / 1e3)
                              : fmt::format("{:.1f}Wh", watt_hours);
}

std::string write_seconds(double seconds) {
  if (seconds > 0 && seconds < 0.9995) return fmt::format("{:.0f}ms", seconds * 1000);
  if (seconds < 59.95) return write_number(std::round(seconds * 10) / 10) + "s";
  return write_duration(seconds);
}

}  // namespace

std::string write_quantity(Unit unit, double value) {
  switch (unit) {
    case Unit::ratio:
      return write_ratio(value);
    case Unit::bytes:
      return write_bytes(value);
    case Unit::bytes_per_second:
      return write_bytes(value) + "/s";
    case Unit::watts:
      return write_watts(value);
    case Unit::joules:
      return write_energy(value);
    case Unit::celsius:
      return write_celsius(value);
    case Unit::hertz:
      return write_clock(value);
    case Unit::seconds:
      return write_seconds(value);
    case Unit::rpm:
      return write_number(value) + "rpm";
    case Unit::count:
    case Unit::number:
      return write_number(value);
  }
  return {};
}

}  // namespace gander::text
