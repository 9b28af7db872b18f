// SPDX-License-Identifier: Apache-2.0
// Grouping and ordering of processes by workload and by device.
#include "text/workload_rows.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace gander::text {
namespace {

using Rows = std::vector<WorkloadRow>;
using Groups = std::vector<WorkloadGroup>;

constexpr std::array<std::string_view, 10> sort_names{
    "usual", "name", "user", "pid", "gpu", "memory", "utilization", "cpu", "rss", "time"};
constexpr double last = std::numeric_limits<double>::max();

/// A row for each device that the process uses; one without a device where it uses none.
Rows rows_of(const Snapshot& snapshot, const Process& process) {
  const auto* workload = find_workload(snapshot, process);
  Rows rows;
  for (const auto& use : process.uses) {
    const auto* device = find_device(snapshot, use.device);
    if (device != nullptr) rows.push_back({&process, &use, device, workload});
  }
  if (rows.empty() && process.uses.empty()) {
    rows.push_back({&process, nullptr, nullptr, workload});
  }
  return rows;
}

double start_of(const WorkloadRow& row) {
  return row.process == nullptr ? last : row.process->start_time.value_or(last);
}

DeviceIndex index_of(const WorkloadRow& row) {
  return row.device == nullptr ? DeviceIndex{std::numeric_limits<std::uint32_t>::max(), {}}
                               : row.device->index;
}

Pid pid_of(const WorkloadRow& row) { return row.process == nullptr ? 0 : row.process->pid; }

bool is_root(const WorkloadRow& row) {
  return row.workload != nullptr && row.workload->root == pid_of(row);
}

auto usual_order(const WorkloadRow& row) {
  return std::tuple{!is_root(row), index_of(row), start_of(row), pid_of(row)};
}

double descending(const Reading& reading) { return reading.is_known() ? -reading.value() : last; }

/// Smaller comes first; what is unknown last. Text is ordered elsewhere.
double order_by(WorkloadSort sort, const WorkloadRow& row) {
  switch (sort) {
    case WorkloadSort::usual:
    case WorkloadSort::name:
    case WorkloadSort::user:
      return 0;
    case WorkloadSort::pid:
      return row.process == nullptr ? last : static_cast<double>(pid_of(row));
    case WorkloadSort::gpu: {
      const auto index = index_of(row);
      return index.gpu * 1000.0 + (index.instance ? *index.instance + 1 : 0);
    }
    case WorkloadSort::memory:
      if (row.use != nullptr) return descending(row.use->readings[Metric::gpu_memory]);
      if (row.process != nullptr || row.device == nullptr) return last;
      return descending(row.device->readings[Metric::memory_used]);
    case WorkloadSort::utilization:
      return row.device == nullptr ? last
                                   : descending(row.device->readings[Metric::gpu_utilization]);
    case WorkloadSort::cpu:
      return row.process == nullptr ? last : descending(row.process->readings[Metric::cpu_usage]);
    case WorkloadSort::rss:
      return row.process == nullptr ? last
                                    : descending(row.process->readings[Metric::resident_memory]);
    case WorkloadSort::time:
      return start_of(row);
  }
  return 0;
}

/// What is unknown is last in both directions.
double directed(double value, const WorkloadChoice& choice) {
  return choice.is_reversed && value < last ? -value : value;
}

bool is_text(WorkloadSort sort) { return sort == WorkloadSort::name || sort == WorkloadSort::user; }

std::string text_of(WorkloadSort sort, const WorkloadRow& row) {
  if (sort == WorkloadSort::name) return name_of(row);
  return row.process == nullptr ? std::string{} : row.process->user.value_or("");
}

bool precedes(const std::string& a, const std::string& b, const WorkloadChoice& choice) {
  if (a.empty() || b.empty()) return !a.empty() && b.empty();
  return choice.is_reversed ? b < a : a < b;
}

void sort_rows(Rows& rows, const WorkloadChoice& choice) {
  std::sort(rows.begin(), rows.end(), [](const WorkloadRow& a, const WorkloadRow& b) {
    return usual_order(a) < usual_order(b);
  });
  const auto sort = choice.sort;
  if (sort == WorkloadSort::usual) return;
  std::stable_sort(rows.begin(), rows.end(), [&](const WorkloadRow& a, const WorkloadRow& b) {
    if (is_text(sort)) return precedes(text_of(sort, a), text_of(sort, b), choice);
    return directed(order_by(sort, a), choice) < directed(order_by(sort, b), choice);
  });
}

bool uses_device(const WorkloadGroup& group) {
  return std::any_of(group.rows.begin(), group.rows.end(),
                     [](const WorkloadRow& row) { return row.use != nullptr; });
}

/// Sums of what adds up, else the first in the order of rows.
double order_by(WorkloadSort sort, const WorkloadGroup& group) {
  const bool adds_up =
      sort == WorkloadSort::memory || sort == WorkloadSort::cpu || sort == WorkloadSort::rss;
  double least = last;
  double sum = 0;
  const Process* counted = nullptr;
  for (const auto& row : group.rows) {
    const double value = order_by(sort, row);
    least = std::min(least, value);
    // What belongs to the process stands in each of its rows.
    const bool is_repeated = sort != WorkloadSort::memory && row.process == counted;
    if (value < last && !is_repeated) sum += value;
    counted = row.process;
  }
  return adds_up && least < last ? sum : least;
}

double start_of(const WorkloadGroup& group) {
  const auto* workload = group.rows.front().workload;
  if (group.kind == WorkloadGroupKind::workload && workload != nullptr) {
    return workload->start_time.value_or(last);
  }
  double first = last;
  for (const auto& row : group.rows) first = std::min(first, start_of(row));
  return first;
}

Pid pid_of(const WorkloadGroup& group) {
  Pid least = std::numeric_limits<Pid>::max();
  for (const auto& row : group.rows) least = std::min(least, pid_of(row));
  return least;
}

auto usual_order(const WorkloadGroup& group, bool is_reversed) {
  const bool is_odd =
      group.kind != WorkloadGroupKind::workload && group.kind != WorkloadGroupKind::lone;
  const double start = start_of(group);
  return std::tuple{is_odd, !uses_device(group), is_reversed && start < last ? -start : start,
                    group.kind, pid_of(group)};
}

void sort_groups(Groups& groups, const WorkloadChoice& choice) {
  const auto sort = choice.sort;
  const bool is_usual = sort == WorkloadSort::usual;
  const bool has_newest_first = is_usual && choice.is_reversed;
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const WorkloadGroup& a, const WorkloadGroup& b) {
                     return usual_order(a, has_newest_first) < usual_order(b, has_newest_first);
                   });
  if (is_usual) return;
  std::stable_sort(
      groups.begin(), groups.end(), [&](const WorkloadGroup& a, const WorkloadGroup& b) {
        if (is_text(sort)) {
          return precedes(text_of(sort, a.rows.front()), text_of(sort, b.rows.front()), choice);
        }
        return directed(order_by(sort, a), choice) < directed(order_by(sort, b), choice);
      });
}

/// Where the row belongs; nothing for what is only an ancestor of something.
std::optional<WorkloadGroupKind> kind_of(const WorkloadRow& row) {
  if (row.workload != nullptr) return WorkloadGroupKind::workload;
  if (row.use == nullptr) return std::nullopt;
  switch (row.process->presence) {
    case Presence::present:
      return WorkloadGroupKind::lone;
    case Presence::zombie:
    case Presence::gone:
      return WorkloadGroupKind::zombie;
    case Presence::outside:
      return WorkloadGroupKind::outside;
    case Presence::hidden:
      return WorkloadGroupKind::hidden;
  }
  return std::nullopt;
}

/// What tells groups of one kind apart.
Pid member_of(WorkloadGroupKind kind, const WorkloadRow& row) {
  if (kind == WorkloadGroupKind::workload) return row.workload->root;
  return kind == WorkloadGroupKind::lone ? row.process->pid : 0;
}

std::string key_of(const WorkloadRow& row) {
  if (row.workload != nullptr && row.workload->path.is_known()) return row.workload->path.value();
  return name_of(row);
}

/// Whether the group is of those that the verbosity shows.
bool is_shown(const WorkloadGroup& group, Verbosity verbosity) {
  if (uses_device(group)) return true;
  // A shell above a kernel is a program that nobody asks about here.
  return verbosity == Verbosity::everything &&
         group.rows.front().workload->type != WorkloadType::program;
}

/// Who is known to be busy makes the group busy, whatever is not known of others.
bool passes_idle(const WorkloadFilter& filter, const WorkloadGroup& group) {
  const auto idle = idle_of(group);
  const bool is_unknown = filter.least_idle && !idle.is_complete;
  return !is_unknown && passes_idle(filter, idle.least);
}

/// The conditions on rows of a group that has passed as a whole.
WorkloadFilter without_idle(WorkloadFilter filter) {
  filter.least_idle.reset();
  filter.below_idle.reset();
  return filter;
}

Groups group_by_workload(const Snapshot& snapshot, const WorkloadChoice& choice) {
  std::map<std::pair<WorkloadGroupKind, Pid>, WorkloadGroup> found;
  for (const auto& process : snapshot.processes) {
    for (const auto& row : rows_of(snapshot, process)) {
      const auto kind = kind_of(row);
      if (!kind) continue;
      auto& group = found[{*kind, member_of(*kind, row)}];
      group.kind = *kind;
      group.key = key_of(row);
      group.rows.push_back(row);
    }
  }
  Groups groups;
  const auto rest = without_idle(choice.filter);
  for (auto& [place, group] : found) {
    if (!is_shown(group, choice.verbosity)) continue;
    // What merely stands together is judged row by row.
    const bool is_one = group.kind == WorkloadGroupKind::workload;
    if (is_one && !passes_idle(choice.filter, group)) continue;
    if (choice.filter.pattern && !choice.filter.pattern->matches(group.key)) continue;
    std::erase_if(group.rows, [&](const WorkloadRow& row) {
      const bool is_idle = row.use == nullptr && !is_root(row);
      const bool is_left_out = choice.verbosity == Verbosity::holders && is_idle;
      return is_left_out || !passes(is_one ? rest : choice.filter, row);
    });
    if (!group.rows.empty()) groups.push_back(std::move(group));
  }
  for (auto& group : groups) sort_rows(group.rows, choice);
  sort_groups(groups, choice);
  return groups;
}

bool is_on(const Use& use, const Device& device) {
  return device.uuid.is_known() && use.device == device.uuid.value();
}

/// The processes on the device that pass, the oldest first; one empty row where there are none.
Rows rows_on(const Snapshot& snapshot, const Device& device, const WorkloadChoice& choice) {
  Rows rows;
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      const WorkloadRow row{&process, &use, &device, find_workload(snapshot, process)};
      if (is_on(use, device) && passes(choice.filter, row)) rows.push_back(row);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const WorkloadRow& a, const WorkloadRow& b) {
    return std::tuple{directed(start_of(a), choice), pid_of(a)} <
           std::tuple{directed(start_of(b), choice), pid_of(b)};
  });
  if (choice.sort != WorkloadSort::usual) sort_rows(rows, choice);
  if (rows.empty()) rows.push_back({nullptr, nullptr, &device, nullptr});
  return rows;
}

Groups group_by_device(const Snapshot& snapshot, const WorkloadChoice& choice) {
  const bool is_plain = choice.view == WorkloadView::plain;
  Groups groups;
  for (const auto& device : snapshot.devices) {
    auto key = to_string(device.index);
    if (choice.filter.pattern && !choice.filter.pattern->matches(key)) continue;
    if (!passes(choice.filter, device)) continue;
    auto rows =
        is_plain ? Rows{{nullptr, nullptr, &device, nullptr}} : rows_on(snapshot, device, choice);
    groups.push_back({WorkloadGroupKind::device, std::move(key), std::move(rows)});
  }
  // Beside their processes devices keep their order: that is how people find them.
  if (is_plain && choice.sort != WorkloadSort::usual) {
    std::stable_sort(groups.begin(), groups.end(), [&](const auto& a, const auto& b) {
      return directed(order_by(choice.sort, a.rows.front()), choice) <
             directed(order_by(choice.sort, b.rows.front()), choice);
    });
  }
  return groups;
}

/// `python3` of `/usr/bin/python3`.
std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string_view name_of(WorkloadView view) {
  switch (view) {
    case WorkloadView::notebooks:
      return "notebooks";
    case WorkloadView::devices:
      return "devices";
    case WorkloadView::plain:
      break;
  }
  return "plain_devices";
}

std::string_view name_of(WorkloadGroupKind kind) {
  switch (kind) {
    case WorkloadGroupKind::workload:
      return "workload";
    case WorkloadGroupKind::lone:
      return "process";
    case WorkloadGroupKind::zombie:
      return "zombie";
    case WorkloadGroupKind::outside:
      return "outside";
    case WorkloadGroupKind::hidden:
      return "hidden";
    case WorkloadGroupKind::device:
      break;
  }
  return "device";
}

std::string_view name_of(WorkloadSort sort) { return sort_names[static_cast<std::size_t>(sort)]; }

std::optional<WorkloadSort> find_workload_sort(std::string_view name) {
  const auto* found = std::find(sort_names.begin(), sort_names.end(), name);
  if (found == sort_names.end()) return std::nullopt;
  return static_cast<WorkloadSort>(found - sort_names.begin());
}

GroupIdle idle_of(const WorkloadGroup& group) {
  GroupIdle idle;
  for (const WorkloadRow& row : group.rows) {
    if (row.use == nullptr) continue;
    const Reading& own = row.process->readings[Metric::gpu_idle_time];
    idle.is_complete = idle.is_complete && own.is_known();
    const bool is_less = own.is_known() && own.value() < idle.least.value_or(last);
    if (is_less) idle.least = own;
  }
  return idle;
}

Reading idle_of(const Kernel& kernel, double now) {
  constexpr double clock_slack = 5;  // clocks differ by so much without being wrong
  if (!kernel.last_activity.is_known()) return kernel.last_activity.reason();
  const double idle = now - kernel.last_activity.value();
  return idle < -clock_slack ? Reading{Missing::no_data} : Reading{std::max(idle, 0.0)};
}

bool has_instances(const Snapshot& snapshot, const Device& device) {
  return std::ranges::any_of(snapshot.devices, [&device](const Device& other) {
    return other.parent && device.uuid == Known<std::string>{*other.parent};
  });
}

std::string name_of(const WorkloadRow& row) {
  if (row.process == nullptr) return {};
  if (row.workload != nullptr) return row.workload->name;
  const auto& process = *row.process;
  switch (process.presence) {
    case Presence::present:
      break;
    case Presence::zombie:
      return process.name.is_known() ? process.name.value() : "zombie";
    case Presence::gone:
      return "no such process";
    case Presence::outside:
      return "outside container";
    case Presence::hidden:
      return "hidden process";
  }
  if (process.command.is_known() && !process.command.value().empty()) {
    const auto name = base_name(process.command.value().front());
    if (!name.empty()) return std::string{name};
  }
  return process.name.value_or("unknown");
}

std::vector<WorkloadGroup> group_workloads(const Snapshot& snapshot, const WorkloadChoice& choice) {
  return choice.view == WorkloadView::notebooks ? group_by_workload(snapshot, choice)
                                                : group_by_device(snapshot, choice);
}

}  // namespace gander::text
