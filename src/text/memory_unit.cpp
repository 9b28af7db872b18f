// SPDX-License-Identifier: Apache-2.0
// Names of units, and rounding in each.
#include "text/memory_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "text/missing_cell.hpp"
#include "text/spelling.hpp"

namespace gander::text {
namespace {

struct UnitRow {
  MemoryUnit unit;
  std::string_view label;
  double bytes;
  int decimals;
};
constexpr double kib = 1024.0;
constexpr std::array<UnitRow, 5> units{{{MemoryUnit::byte, "B", 1, 0},
                                        {MemoryUnit::kib, "KiB", kib, 0},
                                        {MemoryUnit::mib, "MiB", kib* kib, 0},
                                        {MemoryUnit::gib, "GiB", kib* kib* kib, 1},
                                        {MemoryUnit::tib, "TiB", kib* kib* kib* kib, 2}}};

const UnitRow& row_for(MemoryUnit unit, double largest) {
  if (unit != MemoryUnit::automatic) return units[static_cast<std::size_t>(unit) - 1];
  const auto above =
      std::upper_bound(units.begin() + 1, units.end(), largest,
                       [](double bytes, const UnitRow& row) { return bytes < row.bytes; });
  return *(above - 1);
}

std::string write_amount(double bytes, const UnitRow& row) {
  const double amount = std::max(bytes, 0.0) / row.bytes;
  const double least = std::pow(10.0, -row.decimals);
  const bool is_too_little = amount > 0 && amount < least / 2;
  return fmt::format("{}{:.{}f}", is_too_little ? "<" : "", is_too_little ? least : amount,
                     row.decimals);
}

/// All in the unit of the largest, which stands behind the last number; a lone reason where nothing
/// is known.
std::string write_all(std::initializer_list<Reading> parts, MemoryUnit unit) {
  double largest = -1;
  for (const auto& part : parts) largest = std::max(largest, part.value_or(-1));
  if (largest < 0) {
    const auto reason = (parts.end() - 1)->reason();
    return std::string{missing_cell(reason)};
  }
  const auto& row = row_for(unit, largest);
  std::string out;
  std::size_t end_of_numbers = 0;
  for (const auto& part : parts) {
    if (!out.empty()) out += '/';
    out += part.is_known() ? write_amount(part.value(), row)
                           : std::string{missing_cell(part.reason())};
    if (part.is_known()) end_of_numbers = out.size();
  }
  return out.insert(end_of_numbers, row.label);
}

}  // namespace

std::optional<MemoryUnit> find_memory_unit(std::string_view name) {
  const auto word = lower(name);
  if (word == "auto") return MemoryUnit::automatic;
  for (const auto& row : units) {
    const auto label = lower(row.label);
    const auto short_label = label.substr(0, 1) + "b";
    if (word == label || (row.unit != MemoryUnit::byte && word == short_label)) return row.unit;
  }
  return std::nullopt;
}

std::string write_memory(double bytes, MemoryUnit unit) {
  const auto& row = row_for(unit, bytes);
  return write_amount(bytes, row) + std::string{row.label};
}

std::string write_memory_of(const Reading& own, const Reading& used, const Reading& total,
                            MemoryUnit unit) {
  const bool lags = own.is_known() && used.is_known() && used.value() < own.value();
  return write_all({own, lags ? own : used, total}, unit);
}

std::string write_memory_of(const Reading& used, const Reading& total, MemoryUnit unit) {
  return write_all({used, total}, unit);
}

std::optional<double> find_memory_size(std::string_view text) {
  double amount = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, amount);
  if (error != std::errc{} || !std::isfinite(amount) || amount < 0) return std::nullopt;
  const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
  if (unit.empty()) return amount;
  const auto found =
      find_memory_unit(unit.size() == 1 && unit != "b" && unit != "B" ? std::string{unit} + "iB"
                                                                      : std::string{unit});
  if (!found || *found == MemoryUnit::automatic) return std::nullopt;
  const double bytes = amount * row_for(*found, 0).bytes;
  return std::isfinite(bytes) ? std::optional{bytes} : std::nullopt;
}

}  // namespace gander::text
