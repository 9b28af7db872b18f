// SPDX-License-Identifier: Apache-2.0
// The texts in which the kernel counts the traffic of disks and network devices: pure functions,
// for text of any origin. Decides nothing about which devices count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander::host {

/// Bytes that went in and out of one device, since it appeared.
struct DeviceTraffic {
  std::string name;
  double in{};   ///< Read from the disk, received by the network device.
  double out{};  ///< Written, transmitted.
};

/// Every line of /proc/diskstats, partitions included; lines that make no sense are left out.
std::vector<DeviceTraffic> parse_disks(std::string_view text);
/// Every device of /proc/net/dev, loopback included.
std::vector<DeviceTraffic> parse_network(std::string_view text);

/// Whether `name` is what the kernel calls a partition of the disk `disk`: `sda1` of `sda`,
/// `nvme0n1p2` of `nvme0n1`.
bool is_partition_of(std::string_view name, std::string_view disk);

}  // namespace gander::host
