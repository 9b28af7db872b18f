// SPDX-License-Identifier: Apache-2.0
// What stands in the cells of tables of workloads. Only for workload_columns.cpp and its tests.
#pragma once

#include "text/workload_columns.hpp"

namespace gander::text::workload_cells {

WorkloadCell name(const CellFacts& facts);
WorkloadCell type(const CellFacts& facts);
WorkloadCell pid(const CellFacts& facts);
WorkloadCell parent(const CellFacts& facts);
/// The NUMA group of the process, where it has one.
WorkloadCell numa_group(const CellFacts& facts);
/// The parent where it is Python, else nothing.
WorkloadCell python_parent(const CellFacts& facts);
/// Its number on the host: known where we see the host's numbers, or only the driver's.
WorkloadCell host_pid(const CellFacts& facts);
WorkloadCell inner_pid(const CellFacts& facts);
/// The first eight characters of the kernel's id.
WorkloadCell kernel_id(const CellFacts& facts);
WorkloadCell status(const CellFacts& facts);
WorkloadCell user(const CellFacts& facts);
WorkloadCell connections(const CellFacts& facts);
/// How long the process has held the device without using it.
WorkloadCell idle(const CellFacts& facts);
WorkloadCell container(const CellFacts& facts);
WorkloadCell job(const CellFacts& facts);
WorkloadCell unit(const CellFacts& facts);
WorkloadCell start_time(const CellFacts& facts);
WorkloadCell cpu(const CellFacts& facts);
WorkloadCell resident(const CellFacts& facts);
WorkloadCell device_index(const CellFacts& facts);
WorkloadCell device_name(const CellFacts& facts);
/// The number that the driver gave for the process.
WorkloadCell device_pid(const CellFacts& facts);
WorkloadCell process_memory(const CellFacts& facts);
WorkloadCell device_memory(const CellFacts& facts);
WorkloadCell utilization(const CellFacts& facts);
WorkloadCell average(const CellFacts& facts);
WorkloadCell temperature(const CellFacts& facts);
WorkloadCell power(const CellFacts& facts);
WorkloadCell fan(const CellFacts& facts);
WorkloadCell path(const CellFacts& facts);
WorkloadCell source(const CellFacts& facts);
WorkloadCell command(const CellFacts& facts);

}  // namespace gander::text::workload_cells
