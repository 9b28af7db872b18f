// SPDX-License-Identifier: Apache-2.0
// What the driver keeps about each process's life while accounting is on.
#include "sim/nvml/abi_health.hpp"
#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

constexpr u32 buffer_entries = 4000;
constexpr u32 samples_per_second = 7;

Return check_accounting(const Target& t) {
  if (t.lacks(feature_accounting) || t.gpu.mig_mode != 0) return not_supported;
  return t.gpu.accounting == 0 ? not_supported : success;
}

template <class Each>
void each_process(const Target& t, Each each) {
  for (std::size_t i = 0; i < std::min<std::size_t>(t.state.process_count, max_processes); ++i) {
    const Process& process = t.state.processes[i];
    if (process.present != 0 && process.gpu == t.place.gpu) each(process);
  }
}

Return put_pids(const Target& t, u32 capacity, u32* count, u32* pids) {
  if (count == nullptr) return invalid_argument;
  if (const Return code = check_accounting(t)) return code;
  u32 found = 0;
  each_process(t, [&](const Process&) { ++found; });
  *count = found;
  if (capacity < found) return insufficient_size;
  if (found > 0 && pids == nullptr) return invalid_argument;
  u32 at = 0;
  each_process(t, [&](const Process& process) { pids[at++] = process.pid; });
  return success;
}

/// The means since the machine started, which is when its processes did.
Return find_stats(const Target& t, u32 pid, AccountingStatsV2& stats) {
  if (const Return code = check_accounting(t)) return code;
  bool is_found = false;
  each_process(t, [&](const Process& process) {
    if (process.pid != pid) return;
    is_found = true;
    const double samples = static_cast<double>(t.t_ns) / 1e9 * samples_per_second;
    const double sm = mean(process.sm, 0, t.t_ns);
    const double memory = mean(process.memory_utilization, 0, t.t_ns);
    stats = {};
    stats.pid = pid;
    stats.is_running = 1;
    stats.gpu_utilization = static_cast<u32>(std::lround(sm));
    stats.memory_utilization = static_cast<u32>(std::lround(memory));
    stats.max_memory = process.memory_unknown != 0
                           ? value_not_available
                           : static_cast<u64>(process.memory.base + process.memory.amplitude);
    stats.sample_count = static_cast<u32>(samples);
    stats.gpu_sum = static_cast<u64>(sm * samples);
    stats.memory_sum = static_cast<u64>(memory * samples);
    stats.start_us = unix_us(t.state, 0);
  });
  return is_found ? success : not_found;
}

Return put_stats(const Target& t, u32 pid, AccountingStats* stats) {
  if (stats == nullptr) return invalid_argument;
  AccountingStatsV2 found{};
  if (const Return code = find_stats(t, pid, found)) return code;
  *stats = {};
  stats->gpu_utilization = found.gpu_utilization;
  stats->memory_utilization = found.memory_utilization;
  stats->max_memory = found.max_memory;
  stats->start_us = found.start_us;
  stats->is_running = found.is_running;
  return success;
}

}  // namespace

extern "C" {

Return nvmlDeviceGetAccountingMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetAccountingMode">(device, [&](const Target& t) {
    return t.put(feature_accounting, mode, t.gpu.mig_mode != 0 ? 0 : t.gpu.accounting);
  });
}

Return nvmlDeviceGetAccountingBufferSize(Device device, u32* entries) {
  return on_board<"nvmlDeviceGetAccountingBufferSize">(
      device, [&](const Target& t) { return t.put(feature_accounting, entries, buffer_entries); });
}

Return nvmlDeviceGetAccountingPids(Device device, u32* count, u32* pids) {
  const u32 capacity = count == nullptr ? 0 : *count;
  return on_board<"nvmlDeviceGetAccountingPids">(
      device, [&](const Target& t) { return put_pids(t, capacity, count, pids); });
}

Return nvmlDeviceGetAccountingStats(Device device, u32 pid, AccountingStats* stats) {
  return on_board<"nvmlDeviceGetAccountingStats">(
      device, [&](const Target& t) { return put_stats(t, pid, stats); });
}

Return nvmlDeviceGetAccountingStats_v2(Device device, AccountingStatsV2* stats) {
  return on_board<"nvmlDeviceGetAccountingStats_v2">(device, [&](const Target& t) {
    return stats == nullptr ? invalid_argument : find_stats(t, stats->pid, *stats);
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
