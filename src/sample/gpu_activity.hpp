// SPDX-License-Identifier: Apache-2.0
// How long processes have held devices without using them: what only somebody who keeps looking
// can know.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include "gander/device.hpp"
#include "gander/process.hpp"

namespace gander::sample {

/// Remembers when each process was last seen to use a device. One thread.
class GpuActivity {
 public:
  /// Takes a look and fills in `gpu_idle_time`: the time since a process last used a device, or
  /// since it was first looked at. `no_data` at the first look at a process, and for one that is on
  /// no device; where neither of the process nor of its device anybody says whether it works, the
  /// reason why. `now` is the steady clock.
  void look(std::span<const Device> devices, std::span<Process> processes,
            std::chrono::nanoseconds now);

 private:
  /// Pid and start: numbers are used again.
  using Key = std::pair<Pid, std::uint64_t>;
  struct Memory {
    std::chrono::nanoseconds used_at{};  ///< Or first seen.
    bool is_seen{};
  };
  std::map<Key, Memory> memory_;
};

}  // namespace gander::sample
