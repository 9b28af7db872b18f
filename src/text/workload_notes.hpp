// SPDX-License-Identifier: Apache-2.0
// What stands below a table of workloads: what it counts, the state of the host, what found no
// room. Texts only: who draws decides where.
#pragma once

#include <string>
#include <vector>

#include "gander/snapshot.hpp"
#include "text/workload_table.hpp"

namespace gander::text {

/// `Kernels: 3` and `GPUs in use: 5 of 8`, of the whole snapshot.
std::vector<WorkloadCell> write_counts(const Snapshot& snapshot);
/// The moment, processor use and memory of the host.
std::string write_host_note(const Snapshot& snapshot, const CellOptions& options);
/// The columns that were left out for want of room; empty where none was.
std::string write_left_out(const WorkloadTable& table);

}  // namespace gander::text
