// SPDX-License-Identifier: Apache-2.0
// How often the drivers reported each kind of error of each device since the sampler began.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::sample {

/// Codes counted for one device, and devices counted for, at most. The code or device whose last
/// report is the oldest gives way to a new one.
inline constexpr std::size_t xid_code_limit = 64;
inline constexpr std::size_t xid_device_limit = 1024;

/// Counts error reports. One thread at a time.
class XidCounts {
 public:
  /// Counts the event if it is an error report of a device. `now` (Unix seconds) stands for a time
  /// that the driver does not give.
  void note(const Event& event, double now);
  /// Fills `xids` of the devices with this UUID, in code order.
  void fill(std::vector<Device>& devices) const;

 private:
  struct Entry {
    std::vector<XidCount> counts;  ///< In code order.
    double last_time{};
  };
  Entry& entry_of(const std::string& device);

  std::map<std::string, Entry, std::less<>> devices_;
};

}  // namespace gander::sample
