// SPDX-License-Identifier: Apache-2.0
// A snapshot as groups of rows: processes by what they work on, or by device. Decides which rows
// there are and in which order; knows no column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/snapshot.hpp"
#include "text/workload_filter.hpp"

namespace gander::text {

enum class WorkloadView : std::uint8_t {
  notebooks,  ///< Groups are what processes work on.
  devices,    ///< Groups are devices, with the processes on them.
  plain,      ///< Only devices.
};

/// How much of the workloads is shown.
enum class Verbosity : std::uint8_t {
  holders,     ///< Of those on devices: the root, and the processes on devices.
  members,     ///< Of those on devices: every process.
  everything,  ///< Also notebooks and scripts that use no device.
};

/// What comes first: the root of a workload, devices in their order, the oldest; or by a value,
/// the largest number first, text, pids, devices and moments in their order.
enum class WorkloadSort : std::uint8_t {
  usual,
  name,
  user,
  pid,
  gpu,
  memory,
  utilization,
  cpu,
  rss,
  time
};

std::string_view name_of(WorkloadView view);
std::string_view name_of(WorkloadSort sort);
std::optional<WorkloadSort> find_workload_sort(std::string_view name);

enum class WorkloadGroupKind : std::uint8_t {
  workload,
  lone,     ///< A process of which it is not known what it works on.
  zombie,   ///< What the driver counts, and no process is any more.
  outside,  ///< Processes of other PID namespaces.
  hidden,   ///< Processes that are kept from us.
  device,
};
std::string_view name_of(WorkloadGroupKind kind);

struct WorkloadGroup {
  WorkloadGroupKind kind{};
  std::string key;                ///< What a pattern is matched with. Foreign text.
  std::vector<WorkloadRow> rows;  ///< Never empty.
};

/// How long nobody in a group has used a device that the group is on: a notebook is idle when all
/// that it started is.
struct GroupIdle {
  Reading least = Missing::no_data;  ///< Seconds; of the rows of which it is known.
  bool is_complete = true;           ///< Whether it is known of all that are on a device.
};
GroupIdle idle_of(const WorkloadGroup& group);

/// Seconds since the last activity of a kernel; unknown where its server's clock is so far ahead of
/// ours that it is yet to come.
Reading idle_of(const Kernel& kernel, double now);

/// Whether the device is divided: what runs on it runs in its MIG instances.
bool has_instances(const Snapshot& snapshot, const Device& device);

struct WorkloadChoice {
  WorkloadView view{};
  Verbosity verbosity{};  ///< Means nothing for devices.
  WorkloadSort sort{};
  WorkloadFilter filter;
  bool is_reversed = false;  ///< What is unknown stays last, and the root before its processes.
};

/// The groups, the same for the same processes whatever their numbers do. Points into `snapshot`.
/// Conditions on processes never hide a device.
std::vector<WorkloadGroup> group_workloads(const Snapshot& snapshot, const WorkloadChoice& choice);

/// What stands for the process in a table: the name of its workload, else of its program. Foreign
/// text.
std::string name_of(const WorkloadRow& row);

}  // namespace gander::text
