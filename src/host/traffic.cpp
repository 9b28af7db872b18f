// SPDX-License-Identifier: Apache-2.0
// Bodies of traffic.hpp.
#include "host/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "host/missing_file.hpp"

namespace gander::host {
namespace {

using std::chrono::nanoseconds;

/// Over less than this a rate is noise.
constexpr nanoseconds shortest_interval = std::chrono::milliseconds(50);
/// Answers kept about devices; machines that make and drop them all day start again.
constexpr std::size_t most_known = 4096;
constexpr std::size_t text_limit = 16U << 20U;

/// Kinds of disk that pass on what others move, or keep it in memory.
constexpr std::array<std::string_view, 7> virtual_disks{"loop", "ram", "zram",  "dm-",
                                                        "md",   "zd",  "bcache"};

bool is_virtual_disk(std::string_view name) {
  return std::any_of(virtual_disks.begin(), virtual_disks.end(),
                     [name](std::string_view kind) { return name.starts_with(kind); });
}

/// `nvme0c1n1` is one path to `nvme0n1`, which counts the same bytes.
bool is_path(std::string_view name) {
  constexpr std::string_view kind = "nvme";
  return name.starts_with(kind) && name.find('c', kind.size()) != std::string_view::npos;
}

void keep_disks_by_name(std::vector<DeviceTraffic>& disks) {
  const auto all = disks;
  std::erase_if(disks, [&](const DeviceTraffic& disk) {
    return is_virtual_disk(disk.name) ||
           std::any_of(all.begin(), all.end(), [&](const DeviceTraffic& other) {
             return is_partition_of(disk.name, other.name);
           });
  });
}

bool wants_one_of(const MetricSet& wanted, std::initializer_list<Metric> metrics) {
  return std::any_of(metrics.begin(), metrics.end(),
                     [&](Metric metric) { return wanted.contains(metric); });
}

}  // namespace

bool HardwareFolder::is_hardware(const std::string& name) {
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  if (known_.size() >= most_known) known_.clear();
  // The kernel writes a `/` in the name of a block device as `!`.
  std::string entry = name;
  std::replace(entry.begin(), entry.end(), '/', '!');
  const bool answer = root_.exists(fmt::format("{}/{}/device", folder_, entry));
  known_.emplace(name, answer);
  return answer;
}

std::vector<DeviceTraffic> choose_disks(std::vector<DeviceTraffic> all, HardwareFolder& folder) {
  std::erase_if(all, [](const DeviceTraffic& disk) { return is_path(disk.name); });
  if (!folder.is_there()) {
    keep_disks_by_name(all);
  } else {
    std::erase_if(all, [&](const DeviceTraffic& disk) { return !folder.is_hardware(disk.name); });
  }
  return all;
}

std::vector<DeviceTraffic> choose_network(std::vector<DeviceTraffic> all, HardwareFolder& folder) {
  std::erase_if(all, [](const DeviceTraffic& device) { return device.name == "lo"; });
  auto hardware = all;
  std::erase_if(hardware,
                [&](const DeviceTraffic& device) { return !folder.is_hardware(device.name); });
  return hardware.empty() ? all : hardware;
}

TrafficMeter::Answer TrafficMeter::measure(const std::vector<DeviceTraffic>& devices,
                                           nanoseconds now) {
  if (devices.empty()) return miss(Missing::no_data);
  DeviceTraffic total;
  DeviceTraffic growth;
  bool has_fallen = false;
  for (const auto& device : devices) {
    total.in += device.in;
    total.out += device.out;
    const auto old = before_.find(device.name);
    if (old == before_.end()) continue;
    has_fallen = has_fallen || device.in < old->second.in || device.out < old->second.out;
    growth.in += device.in - old->second.in;
    growth.out += device.out - old->second.out;
  }
  if (!measured_at_ || now - *measured_at_ >= shortest_interval) {
    const bool is_measured = measured_at_.has_value() && !has_fallen;
    const double seconds =
        is_measured ? std::chrono::duration<double>(now - *measured_at_).count() : 1;
    in_rate_ = is_measured ? Reading{growth.in / seconds} : Reading{Missing::no_data};
    out_rate_ = is_measured ? Reading{growth.out / seconds} : Reading{Missing::no_data};
    measured_at_ = now;
    before_.clear();
    for (const auto& device : devices) before_.emplace(device.name, device);
  }
  return {total.in, in_rate_, total.out, out_rate_};
}

TrafficMeter::Answer TrafficMeter::miss(Missing reason) {
  *this = TrafficMeter{};
  return {reason, reason, reason, reason};
}

TrafficReader::TrafficReader(const os::Root& root)
    : root_(root), disk_folder_(root, "/sys/block"), network_folder_(root, "/sys/class/net") {}

TrafficMeter::Answer TrafficReader::read_disks(nanoseconds now) {
  const auto text = root_.read("/proc/diskstats", text_limit);
  if (!text) return disks_.miss(missing_for(text.error()));
  return disks_.measure(choose_disks(parse_disks(*text), disk_folder_), now);
}

TrafficMeter::Answer TrafficReader::read_network(nanoseconds now) {
  const auto text = root_.read("/proc/net/dev", text_limit);
  if (!text) return network_.miss(missing_for(text.error()));
  return network_.measure(choose_network(parse_network(*text), network_folder_), now);
}

void TrafficReader::read(const MetricSet& wanted, nanoseconds now, HostReadings& into) {
  if (wants_one_of(wanted, {Metric::disk_read_total, Metric::disk_read_rate,
                            Metric::disk_write_total, Metric::disk_write_rate})) {
    const auto answer = read_disks(now);
    into[Metric::disk_read_total] = answer.in_total;
    into[Metric::disk_read_rate] = answer.in_rate;
    into[Metric::disk_write_total] = answer.out_total;
    into[Metric::disk_write_rate] = answer.out_rate;
  }
  if (wants_one_of(wanted, {Metric::network_receive_total, Metric::network_receive_rate,
                            Metric::network_transmit_total, Metric::network_transmit_rate})) {
    const auto answer = read_network(now);
    into[Metric::network_receive_total] = answer.in_total;
    into[Metric::network_receive_rate] = answer.in_rate;
    into[Metric::network_transmit_total] = answer.out_total;
    into[Metric::network_transmit_rate] = answer.out_rate;
  }
}

}  // namespace gander::host
