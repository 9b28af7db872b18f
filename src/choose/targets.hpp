// SPDX-License-Identifier: Apache-2.0
// Which processes on GPUs are to end, and which are spared: pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gander/process_ending.hpp"
#include "gander/select.hpp"
#include "gander/snapshot.hpp"

namespace gander::choose {

/// Whose processes end, and which of them.
struct EndingWish {
  std::optional<std::vector<DeviceIndex>> devices;  ///< Nothing: all.
  std::vector<Pid> pids;                            ///< Empty: all on the devices.
  std::vector<std::string> users;                   ///< Names, or numeric ids; empty: everybody.
  bool graphics = false;                            ///< Also those that only draw.
};

/// Every process on the devices, each once, in the order of the snapshot. That a process is our own
/// ancestor cannot be seen here: `Mercy::ours` is for the caller to give. One that is named by its
/// number ends whatever it does there, if it is of the people whose processes end.
std::vector<EndingTarget> find_targets(const Snapshot& snapshot, const EndingWish& wish);

}  // namespace gander::choose
