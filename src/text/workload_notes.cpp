// SPDX-License-Identifier: Apache-2.0
// The lines below a table of workloads.
#include "text/workload_notes.hpp"

#include <fmt/format.h>

#include "text/memory_unit.hpp"
#include "text/missing_cell.hpp"
#include "text/safe.hpp"

namespace gander::text {
namespace {

std::string percent_of(const Reading& ratio) {
  if (!ratio.is_known()) return std::string{missing_cell(ratio.reason())};
  return fmt::format("{:.0f}%", ratio.value() * 100);
}

}  // namespace

std::vector<WorkloadCell> write_counts(const Snapshot& snapshot) {
  const auto counts = count_workloads(snapshot);
  return {
      {fmt::format("Kernels: {}", counts.kernels), CellRole::process, false, {}},
      {fmt::format("GPUs in use: {}{} of {}", counts.doubtful_devices > 0 ? "at least " : "",
                   counts.used_devices, counts.devices),
       CellRole::light,
       false,
       {}},
  };
}

std::string write_host_note(const Snapshot& snapshot, const CellOptions& options) {
  const auto& host = snapshot.host.readings;
  const auto moment =
      options.write_time == nullptr ? std::string{} : safe(options.write_time(snapshot.time));
  const auto memory = write_memory_of(host[Metric::host_memory_used],
                                      host[Metric::host_memory_total], options.host_unit);
  return fmt::format("{}{}Host CPU: {}   Host memory: {}", moment, moment.empty() ? "" : "   ",
                     percent_of(host[Metric::cpu_utilization]), memory);
}

std::string write_left_out(const WorkloadTable& table) {
  std::string names;
  for (const auto* column : table.left_out) {
    names += (names.empty() ? "no room for: " : ", ") + std::string{column->name};
  }
  return names;
}

}  // namespace gander::text
