// SPDX-License-Identifier: Apache-2.0
// Sizes and durations as people write them in machine files and on the command line.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "sim/machine/value.hpp"

namespace gander::sim {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array size_units{Unit{"", 1},
                                Unit{"B", 1},
                                Unit{"KiB", 1024},
                                Unit{"MiB", 1048576},
                                Unit{"k", 1024},
                                Unit{"M", 1048576},
                                Unit{"G", 1073741824},
                                Unit{"GiB", 1073741824},
                                Unit{"KB", 1000},
                                Unit{"kB", 1000},
                                Unit{"MB", 1e6},
                                Unit{"GB", 1e9},
                                Unit{"T", 1099511627776.0},
                                Unit{"TiB", 1099511627776.0},
                                Unit{"TB", 1e12}};

constexpr std::array duration_units{Unit{"ns", 1},  Unit{"us", 1e3}, Unit{"ms", 1e6},
                                    Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};

/// "12.5 unit" as a whole number of the smallest unit.
template <std::size_t N>
Result<std::uint64_t> parse_quantity(std::string_view text, const std::array<Unit, N>& units,
                                     std::string_view example) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (error == std::errc{} && std::isfinite(number) && number >= 0) {
    for (const Unit& known : units) {
      const double amount = number * known.factor;
      if (known.name == unit && amount < 9e18) {
        return static_cast<std::uint64_t>(std::llround(amount));
      }
    }
  }
  return fail(gander::Fault::usage,
              fmt::format("\"{}\" cannot be read; write it like {}", quote_safely(text), example));
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  return parse_quantity(text, size_units, R"("512 MiB" or "80 GiB")");
}

Result<std::uint64_t> parse_duration(std::string_view text) {
  return parse_quantity(text, duration_units, R"("20ms", "5s" or "2m")");
}

std::string quote_safely(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 80)) out += (c >= ' ' && c <= '~') ? c : '?';
  if (text.size() > 80) out += "...";
  return out;
}

}  // namespace gander::sim
