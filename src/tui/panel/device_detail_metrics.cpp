// SPDX-License-Identifier: Apache-2.0
// The metrics of a device by theme. Themes are stretches of the metric table, so that each metric
// has its place the day it is declared.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "text/quantity.hpp"
#include "text/words.hpp"
#include "tui/panel/device_detail.hpp"

namespace gander::tui {
namespace {

/// A theme reaches to the first metric of the next.
struct Stretch {
  std::string_view title;
  Metric first;
};

constexpr std::array stretches{
    Stretch{"Utilization", Metric::gpu_utilization},
    Stretch{"Memory", Metric::memory_total},
    Stretch{"Power", Metric::power_draw},
    Stretch{"Temperatures and fan", Metric::temperature},
    Stretch{"Clocks", Metric::graphics_clock},
    Stretch{"Clocks were limited for", Metric::limited_time_software_power},
    Stretch{"Board", Metric::cores},
    Stretch{"PCIe", Metric::pcie_generation},
    Stretch{"NVLink", Metric::nvlink_transmit_total},
    Stretch{"ECC errors", Metric::ecc_volatile_corrected},
    Stretch{"ECC errors by place", Metric::ecc_volatile_corrected_l1_cache},
    Stretch{"Memory repair", Metric::retired_pages_corrected},
    Stretch{"Profile", Metric::graphics_active},
};
static_assert(stretches.front().first == first_metric(Scope::device));
static_assert(std::ranges::is_sorted(stretches, {}, &Stretch::first));

/// The places of memory errors: four spans and kinds of so many places each.
constexpr std::array<std::string_view, 6> ecc_places{"L1 cache",      "L2 cache", "DRAM",
                                                     "register file", "texture",  "SRAM"};
constexpr std::array<std::string_view, 5> ecc_titles{"PLACE", "CORRECTED", "UNCORRECTED",
                                                     "EVER CORR.", "EVER UNCORR."};
constexpr auto place_of(Metric metric) { return static_cast<std::size_t>(metric); }
static_assert(place_of(Metric::retired_pages_corrected) -
                  place_of(Metric::ecc_volatile_corrected_l1_cache) ==
              ecc_places.size() * (ecc_titles.size() - 1));
static_assert(place_of(Metric::ecc_aggregate_corrected_dram) ==
              place_of(Metric::ecc_volatile_corrected_l1_cache) + 2 * ecc_places.size() + 2);

/// Counts of which any is bad news.
bool is_error_count(const MetricRow& row) {
  return row.name.starts_with("ecc_") || row.name.starts_with("retired_") ||
         row.name.starts_with("remapped_");
}

Role role_of(const MetricRow& row, double value) {
  if (value <= 0 || !is_error_count(row)) return Role::text;
  return row.name.find("uncorrected") != std::string_view::npos ? Role::error : Role::warning;
}

std::vector<std::vector<DetailItem>> make_ecc_table(const Device& device) {
  std::vector<std::vector<DetailItem>> table(1);
  for (const auto title : ecc_titles) table[0].push_back({{}, std::string{title}, Role::muted});
  for (std::size_t i = 0; i < ecc_places.size(); ++i) {
    auto& line = table.emplace_back();
    line.push_back({{}, std::string{ecc_places[i]}, Role::text});
    for (std::size_t kind = 0; kind + 1 < ecc_titles.size(); ++kind) {
      const auto& row = metric_table[place_of(Metric::ecc_volatile_corrected_l1_cache) +
                                     kind * ecc_places.size() + i];
      line.push_back(item_of(row, device.readings[row.id], device.state));
    }
  }
  return table;
}

/// A theme of which nothing is known, for one reason, says so in one item.
bool fold(DetailTheme& theme, const std::vector<const Reading*>& readings, DeviceState state) {
  std::set<Missing> reasons;
  for (const Reading* reading : readings) {
    if (reading->is_known()) return false;
    reasons.insert(reading->reason());
  }
  if (reasons.size() != 1) return false;
  const Missing reason = *reasons.begin();
  theme.items = {{std::string{text::missing_word(reason, 7, state)},
                  std::string{text::explain(reason)}, Role::muted}};
  theme.table.clear();
  return true;
}

}  // namespace

DetailItem item_of(const MetricRow& row, const Reading& reading, DeviceState state) {
  const std::string label{row.title};
  if (!reading.is_known()) {
    return {label, std::string{text::missing_word(reading.reason(), 7, state)}, Role::muted};
  }
  auto value = text::write_quantity(row.unit, reading.value());
  if (row.id == Metric::performance_state) value.insert(0, "P");
  return {label, std::move(value), role_of(row, reading.value())};
}

std::vector<DetailTheme> metric_themes(const Device& device) {
  std::vector<DetailTheme> themes;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    DetailTheme theme{std::string{stretches[i].title}, {}, {}};
    std::vector<const Reading*> readings;
    for (const MetricRow& row : rows_of(Scope::device)) {
      const bool is_before = row.id < stretches[i].first;
      const bool is_behind = i + 1 < stretches.size() && row.id >= stretches[i + 1].first;
      if (is_before || is_behind) continue;
      readings.push_back(&device.readings[row.id]);
      theme.items.push_back(item_of(row, device.readings[row.id], device.state));
    }
    if (stretches[i].first == Metric::ecc_volatile_corrected_l1_cache) {
      theme.items.clear();
      theme.table = make_ecc_table(device);
    }
    fold(theme, readings, device.state);
    themes.push_back(std::move(theme));
  }
  return themes;
}

}  // namespace gander::tui
