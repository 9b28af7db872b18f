// SPDX-License-Identifier: Apache-2.0
// Rows that do not belong: storms of short-lived processes, and the nonsense that drivers put
// among processes and their samples. It must not know how rows are written to the caller.
#pragma once

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {

/// A row of a list before it is written in one of its layouts.
struct Row {
  u32 pid, gpu_instance, compute_instance;
  u64 memory, protected_memory;
};

inline constexpr std::size_t max_garbage_rows = 4;

struct Rows {
  std::array<Row, max_processes + max_held + max_storm + max_garbage_rows> at;
  std::size_t count = 0;
};

struct Uses {
  std::array<ProcessUtilization, max_processes + 8> at;
  std::size_t count = 0;
};

/// Adds the storm and the garbage of a GPU to its list of compute processes.
void add_false_rows(const Target& t, Rows& rows);
/// Adds the garbage of a GPU to the samples of its processes.
void add_false_uses(const Target& t, u64 last_seen_us, Uses& uses);

}  // namespace gander::sim::nvml
