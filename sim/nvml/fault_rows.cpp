// SPDX-License-Identifier: Apache-2.0
// Makes up the rows of storms and of garbage.
#include "sim/nvml/fault_rows.hpp"

#include "sim/nvml/process_pid.hpp"

namespace gander::sim::nvml {
namespace {

constexpr u64 mebibyte = 1U << 20U;
/// A PID like those of a storm, beyond the last one: in no list.
constexpr u32 dead_pid = storm_first_pid + max_gpus * max_storm + 1;
/// What drivers have been seen to report as a utilisation.
constexpr u32 absurd_percent = 3'221'225'472;

bool has(const Target& t, Garbage kind) { return (t.gpu.faults.garbage & kind) != 0; }

void add(Rows& rows, u32 pid, u64 memory) {
  if (rows.count < rows.at.size())
    rows.at[rows.count++] = {pid, no_instance, no_instance, memory, 0};
}

void add(Uses& uses, const ProcessUtilization& use) {
  if (uses.count < uses.at.size()) uses.at[uses.count++] = use;
}

ProcessUtilization make_use(const Target& t, u32 pid, u32 percent) {
  ProcessUtilization use{};
  use.time_us = unix_us(t.state, t.t_ns);
  use.pid = pid;
  use.sm = percent;
  return use;
}

/// The processes of a storm are the host's: as little to be seen from elsewhere as its holders.
void add_storm(const Target& t, Rows& rows) {
  if (!see_holder(t.state, Held{}).is_listed) return;
  const u32 count = std::min(t.gpu.faults.storm, max_storm);
  const u32 first = storm_first_pid + static_cast<u32>(t.place.gpu) * max_storm;
  for (u32 i = 0; i < count; ++i) add(rows, first + i, mebibyte * (1 + i % 64));
}

}  // namespace

void add_false_rows(const Target& t, Rows& rows) {
  if (t.is_mig()) return;
  add_storm(t, rows);
  if (has(t, garbage_huge_pid)) {
    add(rows, 0, mebibyte);
    add(rows, ~0U, mebibyte);
  }
  if (has(t, garbage_recycled_row)) add(rows, t.state.launcher_pid, 512 * mebibyte);
  if (has(t, garbage_duplicate_row) && rows.count > 0)
    add(rows, rows.at[0].pid, rows.at[0].memory / 2);
  if (!has(t, garbage_unknown_memory)) return;
  for (std::size_t i = 0; i < rows.count; ++i) rows.at[i].memory = value_not_available;
}

void add_false_uses(const Target& t, u64 last_seen_us, Uses& uses) {
  const bool is_empty = uses.count == 0;
  const u32 pid = is_empty ? dead_pid : uses.at[0].pid;
  if (has(t, garbage_duplicate) && !is_empty) add(uses, uses.at[0]);
  if (has(t, garbage_over_range)) add(uses, make_use(t, pid, absurd_percent));
  if (has(t, garbage_dead)) add(uses, make_use(t, dead_pid, 50));
  if (has(t, garbage_zero_pid)) add(uses, make_use(t, 0, 50));
  if (!has(t, garbage_stale)) return;
  ProcessUtilization old = make_use(t, pid, 77);
  old.time_us = last_seen_us > 0 ? last_seen_us - 1 : 1;
  add(uses, old);
}

}  // namespace gander::sim::nvml
