// SPDX-License-Identifier: Apache-2.0
// Which rows of a table of workloads somebody wants to see. Knows no command line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/select.hpp"
#include "gander/snapshot.hpp"
#include "text/path_pattern.hpp"

namespace gander::text {

/// One row: a process on one device, a process without any, or a device without a process.
/// Points into the snapshot; null where there is none.
struct WorkloadRow {
  const Process* process = nullptr;
  const Use* use = nullptr;
  const Device* device = nullptr;
  const Workload* workload = nullptr;
};

/// Conditions of all kinds have to hold. Of one kind, any of those in the first list will do, and
/// none of those in the second may be the case.
struct WorkloadFilter {
  std::optional<PathPattern> pattern;  ///< On the path of a group, or the index of a device.
  Selection wanted;                    ///< Devices, users, pids and contexts.
  Selection unwanted;
  std::vector<std::string> types;
  std::vector<std::string> unwanted_types;
  std::optional<double> least_memory;  ///< Bytes that the process holds on the device.
  std::optional<double> below_memory;
  std::optional<double> least_idle;  ///< Seconds without activity of the devices it holds.
  std::optional<double> below_idle;
  std::function<bool(const WorkloadRow&)> keeps;  ///< Also has to hold of a process; null: nothing.
};

/// What a row is: the type of the workload at its root, else `subprocess`; `zombie`, `outside` and
/// `hidden` of what is no process of ours. Empty without a process.
std::string_view type_word(const WorkloadRow& row);
/// The name of a type as `type_word` has it, from that name or one that other tools use for it;
/// empty where there is none.
std::string_view find_type_word(std::string_view name);
/// All of them, as a person lists them.
std::string list_type_words();

/// Whether so long an idleness meets the conditions on it.
bool passes_idle(const WorkloadFilter& filter, const Reading& idle);
/// Whether the row meets every condition but that on paths.
bool passes(const WorkloadFilter& filter, const WorkloadRow& row);
/// Whether the device does: only those on devices count.
bool passes(const WorkloadFilter& filter, const Device& device);

}  // namespace gander::text
