// SPDX-License-Identifier: Apache-2.0
// Adds snapshots to series, second by second.
#include "tui/view/history.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gander/device_memory.hpp"
#include "text/device_words.hpp"

namespace gander::tui {
namespace {

/// What is drawn as a graph; everything else is shown as it is now.
constexpr std::array host_metrics{Metric::cpu_utilization, Metric::host_memory_used,
                                  Metric::swap_used, Metric::load_1m};
constexpr std::array use_metrics{Metric::gpu_memory, Metric::gpu_sm_utilization,
                                 Metric::gpu_memory_utilization, Metric::gpu_encoder_utilization,
                                 Metric::gpu_decoder_utilization};
constexpr std::array process_metrics{Metric::cpu_usage, Metric::resident_memory};

std::optional<float> sample_of(const Reading& reading) {
  if (!reading.is_known()) return std::nullopt;
  return static_cast<float>(reading.value());
}

std::string name_of(const ProcessKey& process) { return "process " + std::to_string(process.pid); }

using Devices = std::vector<const Device*>;

/// The whole GPUs asked for: an instance is counted with its parent. Instances where only such are
/// asked for.
Devices counted_devices(const Snapshot& snapshot, const Selection& selection) {
  Devices whole;
  Devices instances;
  for (const Device& device : snapshot.devices) {
    if (!is_asked_for(device, selection)) continue;
    (device.is_instance() ? instances : whole).push_back(&device);
  }
  return whole.empty() ? instances : whole;
}

/// The mean of what is known.
std::optional<float> mean_of(const Devices& devices, Metric metric) {
  double sum = 0;
  int count = 0;
  for (const Device* device : devices) {
    const Reading& reading = device->readings[metric];
    if (!reading.is_known()) continue;
    sum += reading.value();
    ++count;
  }
  if (count == 0) return std::nullopt;
  return static_cast<float>(sum / count);
}

/// Used memory as a share of all there is.
std::optional<float> memory_share_of(const Snapshot& snapshot, const Devices& devices) {
  double used = 0;
  double total = 0;
  for (const Device* device : devices) {
    const Reading& device_used = device->readings[Metric::memory_used];
    const Reading& device_total = usable_memory_of(snapshot.host, *device);
    if (!device_used.is_known() || !device_total.is_known()) continue;
    used += device_used.value();
    total += device_total.value();
  }
  if (total <= 0) return std::nullopt;
  return static_cast<float>(used / total);
}

}  // namespace

void History::put(Entry& entry, std::optional<float> value) {
  // A thing that appears now has no past: its series begins here, at the end.
  const auto second = static_cast<std::int64_t>(std::floor(now_));
  if (entry.series.empty()) entry.last_second = second - 1;
  // The wall clock may step back: the series then goes on from where it is.
  if (second < entry.last_second) entry.last_second = second;
  if (second == entry.last_second && !entry.series.empty()) {
    if (value) entry.series.replace_back(value);
    return;
  }
  const auto missed = std::clamp<std::int64_t>(second - entry.last_second - 1, 0,
                                               static_cast<std::int64_t>(capacity));
  // One or two seconds without a look are joined; a longer silence is a gap.
  const auto before = entry.series.empty() ? std::nullopt : entry.series.back();
  for (std::int64_t i = 0; i < missed; ++i) {
    entry.series.push_back(missed <= joined_seconds ? before : std::nullopt);
  }
  entry.series.push_back(value);
  while (entry.series.size() > capacity) entry.series.pop_front();
  entry.last_second = second;
}

void History::add(const Snapshot& snapshot, const Selection& selection) {
  now_ = snapshot.time;
  utilization_.add(snapshot);
  Entries& host = entries_[{"host", 0}];
  for (const Metric metric : host_metrics) {
    put(host[metric], sample_of(snapshot.host.readings[metric]));
  }
  for (const Device& device : snapshot.devices) add(device);
  Entries& all = entries_[{"devices", 0}];
  const Devices counted = counted_devices(snapshot, selection);
  put(all[Metric::gpu_utilization], mean_of(counted, Metric::gpu_utilization));
  put(all[Metric::memory_used], memory_share_of(snapshot, counted));
  for (const Process& process : snapshot.processes) add(process);
  forget_old();
}

void History::add(const Device& device) {
  const auto name = device.uuid.is_known() ? device.uuid.value() : to_string(device.index);
  Entries& entries = entries_[{name, 0}];
  for (const MetricRow& row : rows_of(Scope::device)) {
    if (row.kind != Kind::gauge || row.tier == Tier::fixed) continue;
    const auto value = sample_of(device.readings[row.id]);
    // What was never known needs no series.
    if (value || entries.contains(row.id)) put(entries[row.id], value);
  }
}

void History::add(const Process& process) {
  if (process.uses.empty()) return;
  const ProcessKey key = key_of(process);
  const std::uint64_t start = key.start_ticks.value_or(0);
  Entries& entries = entries_[{name_of(key), start}];
  for (const Metric metric : process_metrics) {
    put(entries[metric], sample_of(process.readings[metric]));
  }
  for (const Use& use : process.uses) {
    Entries& on_device = entries_[{name_of(key) + use.device, start}];
    for (const Metric metric : use_metrics) put(on_device[metric], sample_of(use.readings[metric]));
  }
}

void History::forget_old() {
  const auto oldest =
      static_cast<std::int64_t>(std::floor(now_)) - static_cast<std::int64_t>(capacity);
  for (auto& [owner, entries] : entries_) {
    std::erase_if(entries, [&](const auto& entry) { return entry.second.last_second < oldest; });
  }
  std::erase_if(entries_, [](const auto& owned) { return owned.second.empty(); });
}

const Series& History::find(const Owner& owner, Metric metric) const {
  static const Series empty;
  const auto owned = entries_.find(owner);
  if (owned == entries_.end()) return empty;
  const auto found = owned->second.find(metric);
  return found == owned->second.end() ? empty : found->second.series;
}

const Series& History::of_host(Metric metric) const { return find({"host", 0}, metric); }
const Series& History::of_device(std::string_view uuid, Metric metric) const {
  return find({std::string{uuid}, 0}, metric);
}
const Series& History::of_use(const RowKey& row, Metric metric) const {
  return find({name_of(row.process) + row.device, row.process.start_ticks.value_or(0)}, metric);
}
const Series& History::of_process(const ProcessKey& process, Metric metric) const {
  return find({name_of(process), process.start_ticks.value_or(0)}, metric);
}
const Series& History::of_all_devices(Metric metric) const { return find({"devices", 0}, metric); }
std::size_t History::series_count() const {
  std::size_t count = 0;
  for (const auto& [owner, entries] : entries_) count += entries.size();
  return count;
}

}  // namespace gander::tui
