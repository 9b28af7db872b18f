// SPDX-License-Identifier: Apache-2.0
// Under which number a process is told to this caller: the rules of each driver branch for PID
// namespaces. It must not know how lists look.
#pragma once

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {

/// Our number in our own namespace; asked of the system once, and again after a fork.
[[nodiscard]] u32 own_pid();

/// A process as one caller sees it.
struct SeenProcess {
  u32 list_pid;       ///< in process lists
  u32 sample_pid;     ///< in utilisation samples
  bool is_listed;     ///< false: dropped from the lists
  bool is_sampled;    ///< false: dropped from the samples
  bool has_no_bytes;  ///< the driver looks its memory up by the wrong number: none found
};

[[nodiscard]] SeenProcess see_process(const State& state, const Process& process);
/// The same for a holder of memory: it is known by its number in the launcher's namespace alone.
[[nodiscard]] SeenProcess see_holder(const State& state, const Held& held);

}  // namespace gander::sim::nvml
