// SPDX-License-Identifier: Apache-2.0
// Tiers of the metrics of one device: each is read as often as it is worth.
#include "sample/device_cell.hpp"

#include <algorithm>

#include "sample/rates.hpp"

namespace gander::sample {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

/// A tick that comes a little early must not push a tier to the tick after.
constexpr nanoseconds tolerance = std::chrono::milliseconds(100);

constexpr nanoseconds period_of(Tier tier) {
  switch (tier) {
    case Tier::medium:
      return seconds(5);
    case Tier::slow:
      return seconds(30);
    case Tier::fixed:
      return nanoseconds::max();
    case Tier::fast:
    case Tier::process:
      break;
  }
  return nanoseconds(0);
}

bool is_of_device(const MetricRow& row) {
  return row.scope == Scope::device || row.scope == Scope::fan || row.scope == Scope::link;
}

/// Reasons that stay: asking at each tick would not change the answer.
bool is_lasting(const Reading& reading) {
  if (reading.is_known()) return true;
  return reading.reason() == Missing::not_supported || reading.reason() == Missing::no_permission ||
         reading.reason() == Missing::no_data;
}

template <Scope S>
void fill_readings(Readings<S>& readings, Missing reason, const MetricSet& except) {
  for (const auto& row : rows_of(S)) {
    if (!except.contains(row.id)) readings[row.id] = reason;
  }
}

}  // namespace

bool TierClock::is_due(const MetricRow& row, nanoseconds now) const {
  if (!known_.contains(row.id)) return true;
  const auto period = period_of(row.tier);
  const auto age = now - read_[static_cast<std::size_t>(row.id)].at;
  return period != nanoseconds::max() && age + tolerance >= period;
}

MetricSet TierClock::find_due(const MetricSet& wanted, nanoseconds now) const {
  MetricSet due;
  for (const auto& row : metric_table) {
    if (!is_of_device(row) || !wanted.contains(row.id)) continue;
    if (is_due(row, now)) due.insert(row.id);
  }
  return due;
}

MetricSet TierClock::find_fresh(nanoseconds now) const {
  MetricSet fresh;
  for (const auto& row : metric_table) {
    if (!is_of_device(row)) continue;
    const bool is_read_now = read_[static_cast<std::size_t>(row.id)].at == now;
    if (is_read_now || !is_due(row, now)) fresh.insert(row.id);
  }
  return fresh;
}

void TierClock::note(const MetricSet& asked, const Device& device, nanoseconds now) {
  for (const auto& row : metric_table) {
    if (!is_of_device(row) || !asked.contains(row.id)) continue;
    read_[static_cast<std::size_t>(row.id)].at = now;
    // A driver that leaves a rate to us has nothing to say of it at the next tick either.
    if (row.scope != Scope::device || is_derived_rate(row.id) ||
        is_lasting(device.readings[row.id])) {
      known_.insert(row.id);
    } else {
      known_.erase(row.id);
    }
  }
}

MetricSet find_device_metrics(const MetricSet& metrics) {
  MetricSet found;
  for (const auto& row : metric_table) {
    if (is_of_device(row) && metrics.contains(row.id)) found.insert(row.id);
  }
  return found;
}

void mask(Device& device, const MetricSet& wanted) { fill(device, Missing::not_sampled, wanted); }

void fill(Device& device, Missing reason, const MetricSet& except) {
  fill_readings(device.readings, reason, except);
  for (auto& fan : device.fans) fill_readings(fan.readings, reason, except);
  for (auto& link : device.links) fill_readings(link.readings, reason, except);
}

void keep_link_readings(Device& device, const Device& before) {
  for (auto& link : device.links) {
    const auto old = std::ranges::find(before.links, link.number, &Link::number);
    if (old != before.links.end()) link.readings = old->readings;
  }
}

void keep_facts(Device& device, const Device& before) {
  device.architecture = before.architecture;
  device.board_part = before.board_part;
  device.gsp_firmware = before.gsp_firmware;
  device.numa_node = before.numa_node;
  device.cpu_affinity = before.cpu_affinity;
  device.virtualization = before.virtualization;
  device.addressing_mode = before.addressing_mode;
  device.unified_memory = before.unified_memory;
  device.fabric = before.fabric;
  device.links = before.links;
  device.peers = before.peers;
}

}  // namespace gander::sample
