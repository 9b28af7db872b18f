// SPDX-License-Identifier: Apache-2.0
// Workloads and devices for programs: JSON and CSV with the unit of each number in its name
// (docs/notebooks.md). Every field, always: columns are for people. Pure.
#pragma once

#include <string>

#include "gander/snapshot.hpp"
#include "text/utilization_history.hpp"
#include "text/workload_rows.hpp"

namespace gander {

/// Version of the JSON form.
inline constexpr int workload_schema = 1;

struct WorkloadDataOptions {
  text::WorkloadChoice choice;
  const text::UtilizationHistory* history = nullptr;
  std::size_t window = 20;  ///< Samples in the average utilization.
};

/// One JSON text without a line end. Absent values are `null`, and `missing` beside them says why;
/// what a row is not about (the device of a process without one) is `null` without a reason.
std::string write_workload_json(const Snapshot& snapshot, const WorkloadDataOptions& options);

/// A line of names, then one for each row, after RFC 4180. Absent values are empty. Texts are safe
/// to print, and where a spreadsheet would take one for a formula a `'` stands before it.
std::string write_workload_csv(const Snapshot& snapshot, const WorkloadDataOptions& options);

}  // namespace gander
