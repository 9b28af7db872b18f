// SPDX-License-Identifier: Apache-2.0
// Sizes, percentages, durations and the like as text; every rounding rule stands here once.
#include "text/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "text/decimal.hpp"

namespace gander::text {
namespace {

/// From `from` bytes on, sizes are written in `unit` with so many decimals.
struct SizeStep {
  double from;
  SizeUnit unit;
  int decimals;
};

constexpr double kib = 1024.0;
constexpr double mib = 1024.0 * kib;
constexpr double gib = 1024.0 * mib;
constexpr double tib = 1024.0 * gib;

constexpr std::array<double, 6> unit_sizes{1.0, kib, mib, gib, tib, 1024.0 * tib};
constexpr std::array<std::string_view, 6> unit_names{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

// Up to 20 GiB whole MiB are kept: that is how people compare the memory of GPUs.
constexpr std::array<SizeStep, 11> size_steps{{{0.0, SizeUnit::byte, 0},
                                               {kib, SizeUnit::kib, 0},
                                               {mib, SizeUnit::mib, 2},
                                               {100 * mib, SizeUnit::mib, 1},
                                               {1000 * mib, SizeUnit::mib, 0},
                                               {20 * gib, SizeUnit::gib, 2},
                                               {100 * gib, SizeUnit::gib, 1},
                                               {1000 * gib, SizeUnit::tib, 2},
                                               {100 * tib, SizeUnit::tib, 1},
                                               {1000 * tib, SizeUnit::pib, 2},
                                               {102400 * tib, SizeUnit::pib, 1}}};

int decimals_for(double amount) { return amount < 100 ? 2 : amount < 1000 ? 1 : 0; }

std::string write_amount(double bytes, SizeUnit unit, int decimals) {
  const auto place = static_cast<std::size_t>(unit);
  return write_decimal(bytes / unit_sizes[place], decimals).append(unit_names[place]);
}

/// What a reason is called in three columns, in seven, and in a sentence.
struct MissingText {
  std::string_view brief;
  std::string_view wide;
  std::string_view phrase;
};

constexpr std::array<MissingText, 10> missing_texts{{
    {"-", "-", "not read this time"},
    {"N/A", "N/A", "not supported by the device or its driver"},
    {"prm", "perm", "no permission to read it"},
    {"...", "no data", "no data at this moment"},
    {"T/O", "timeout", "the driver did not answer in time"},
    {"LST", "LOST", "the device is lost"},
    {"dwn", "down", "the driver is down"},
    {"zzz", "asleep", "the device sleeps and was not woken"},
    {"hid", "hidden", "withheld by a PID namespace, hidepid or masking"},
    {"ERR", "error", "the driver answered with an error"},
}};

}  // namespace

std::string write_bytes(double bytes, SizeUnit minimum) {
  const double amount = std::max(bytes, 0.0);
  const auto above =
      std::upper_bound(size_steps.begin(), size_steps.end(), amount,
                       [](double value, const SizeStep& step) { return value < step.from; });
  const auto& step = *(above - 1);
  if (step.unit >= minimum) return write_amount(amount, step.unit, step.decimals);
  const double forced = amount / unit_sizes[static_cast<std::size_t>(minimum)];
  return write_amount(amount, minimum, decimals_for(forced));
}

std::string write_percent(double ratio) {
  const double percent = std::round(std::max(ratio, 0.0) * 100);
  return percent >= 100 ? "MAX" : write_decimal(percent, 0);
}

std::string write_wide_percent(double ratio) {
  const double percent = std::max(ratio, 0.0) * 100;
  if (percent < 999.95) return write_decimal(percent, 1);
  return percent < 9999.5 ? write_decimal(percent, 0) : "9999+";
}

std::string write_duration(double seconds, int days_from) {
  constexpr double day = 86400.0;
  const double amount = std::clamp(seconds, 0.0, 1e12);
  if (amount >= days_from * day) return write_decimal(amount / day, 1) + " days";
  const auto whole = static_cast<std::int64_t>(amount);
  const auto minutes = whole / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, whole % 60);
}

std::string write_load(double load) {
  const double amount = std::max(load, 0.0);
  if (amount >= 10000) return "9999+";
  return write_decimal(amount, 2).substr(0, amount < 1000 ? 5 : 4);
}

std::string write_watts(double watts) { return write_decimal(watts, 0) + "W"; }

std::string write_clock(double hertz) { return write_decimal(hertz / 1e6, 0) + "MHz"; }

std::string write_celsius(double celsius) { return write_decimal(celsius, 0) + "C"; }

std::string_view write_missing(Missing reason, int columns) {
  const auto& texts = missing_texts[static_cast<std::size_t>(reason)];
  return static_cast<int>(texts.wide.size()) <= columns ? texts.wide : texts.brief;
}

std::string_view explain(Missing reason) {
  return missing_texts[static_cast<std::size_t>(reason)].phrase;
}

}  // namespace gander::text
