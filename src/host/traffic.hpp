// SPDX-License-Identifier: Apache-2.0
// How much went in and out of the disks and the network devices of this machine, in all and each
// second. Knows which devices count, so that no byte is counted twice.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gander/metric.hpp"
#include "gander/reading.hpp"
#include "host/traffic_text.hpp"
#include "os/root.hpp"

namespace gander::host {

/// Tells devices with hardware behind them from those that pass on what others move, by the link
/// `device` in their folder under /sys. Remembers the answers. Not for several threads.
class HardwareFolder {
 public:
  /// `folder`: where the kernel keeps one folder for each device, `/sys/block`.
  HardwareFolder(os::Root root, std::string folder)
      : root_(std::move(root)), folder_(std::move(folder)) {}
  [[nodiscard]] bool is_there() const { return root_.exists(folder_); }
  bool is_hardware(const std::string& name);

 private:
  os::Root root_;
  std::string folder_;
  std::map<std::string, bool, std::less<>> known_;
};

/// The disks that count: those with hardware behind them, so that neither partitions nor loop, RAM,
/// device-mapper and RAID devices count a byte again; nor a path of a disk with several paths
/// (`nvme0c0n1`). Where /sys is not there, the same by their names.
std::vector<DeviceTraffic> choose_disks(std::vector<DeviceTraffic> all, HardwareFolder& folder);

/// The network devices that count, never the loopback: those with hardware behind them, so that
/// bridges, bonds and the ends of containers count no byte again; where none has, as inside a
/// network namespace, all that are seen.
std::vector<DeviceTraffic> choose_network(std::vector<DeviceTraffic> all, HardwareFolder& folder);

/// Rates from two looks at the same counters.
class TrafficMeter {
 public:
  struct Answer {
    Reading in_total;
    Reading in_rate;
    Reading out_total;
    Reading out_rate;
  };
  /// Takes note of the counters at `now` (steady). A rate is the growth of the devices seen at both
  /// looks by the time between them; `no_data` at the first look, and where a counter fell: it was
  /// started anew. Looks too close to each other repeat the rate before. All `no_data` where there
  /// is no device.
  Answer measure(const std::vector<DeviceTraffic>& devices, std::chrono::nanoseconds now);
  /// The counters could not be read: the next look is a first one.
  Answer miss(Missing reason);

 private:
  std::map<std::string, DeviceTraffic, std::less<>> before_;
  std::optional<std::chrono::nanoseconds> measured_at_;
  Reading in_rate_{Missing::no_data};
  Reading out_rate_{Missing::no_data};
};

/// The eight metrics of host traffic.
class TrafficReader {
 public:
  explicit TrafficReader(const os::Root& root);
  /// Reads what is among `wanted`, the rest stays as it is; `now` is the steady clock.
  void read(const MetricSet& wanted, std::chrono::nanoseconds now, HostReadings& into);

 private:
  TrafficMeter::Answer read_disks(std::chrono::nanoseconds now);
  TrafficMeter::Answer read_network(std::chrono::nanoseconds now);

  os::Root root_;
  HardwareFolder disk_folder_;
  HardwareFolder network_folder_;
  TrafficMeter disks_;
  TrafficMeter network_;
};

}  // namespace gander::host
