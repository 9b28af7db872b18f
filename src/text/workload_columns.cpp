// SPDX-License-Identifier: Apache-2.0
// The two tables: columns, and their places in each view.
#include "text/workload_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/nearest.hpp"
#include "text/spelling.hpp"
#include "text/workload_cells.hpp"

namespace gander::text {
namespace {

using enum ColumnId;
namespace cells = workload_cells;

/// Stands where a column needs no metric: it is read anyway.
constexpr Metric none = Metric::memory_total;
using Metrics = std::array<Metric, 3>;
constexpr Metrics nothing{none, none, none};
constexpr Metrics memory{Metric::gpu_memory, Metric::memory_used, Metric::memory_total};
constexpr Metrics busy{Metric::gpu_utilization, none, none};

// The last number but the metrics: how long a column stays where room is short.
constexpr std::array<WorkloadColumn, column_id_count> all{{
    {process_name, "process_name", "name", "NAME", 8, 12, false, 100, cells::name, nothing},
    {type, "type", "", "TYPE", 0, 0, false, 30, cells::type, nothing},
    {pid, "pid", "", "PID", 0, 0, false, 90, cells::pid, nothing},
    {ppid, "ppid", "", "PPID", 0, 0, false, 10, cells::parent, nothing},
    {ngid, "ngid", "", "NGID", 0, 0, false, 10, cells::numa_group, nothing},
    {python_ppid, "python_ppid", "", "PYTHON PPID", 0, 0, false, 10, cells::python_parent, nothing},
    {host_pid, "host_pid", "", "HOST PID", 0, 0, false, 10, cells::host_pid, nothing},
    {inner_pid, "inner_pid", "container_pid", "INNER PID", 0, 0, false, 10, cells::inner_pid,
     nothing},
    {kernel_id, "kernel_id", "kernel", "KERNEL", 0, 0, false, 20, cells::kernel_id, nothing},
    {status, "status", "", "STATUS", 10, 0, false, 10, cells::status, nothing},
    {user, "user", "", "USER", 0, 7, false, 80, cells::user, nothing},
    {state, "state", "", "STATE", 0, 0, false, 60, write_kernel_state, nothing},
    {connections, "connections", "", "CONNECTIONS", 0, 0, false, 10, cells::connections, nothing},
    {gpu_idle,
     "gpu_idle",
     "idle",
     "GPU IDLE",
     0,
     0,
     false,
     75,
     cells::idle,
     {Metric::gpu_idle_time, none, none}},
    {container, "container", "", "CONTAINER", 0, 8, false, 20, cells::container, nothing},
    {job, "job", "slurm_job", "JOB", 0, 8, false, 20, cells::job, nothing},
    {unit, "unit", "systemd_unit", "UNIT", 0, 8, false, 20, cells::unit, nothing},
    {create_time, "create_time", "time", "STARTED", 0, 0, false, 20, cells::start_time, nothing},
    {cpu, "cpu", "", "CPU", 5, 0, false, 40, cells::cpu, {Metric::cpu_usage, none, none}},
    {rss,
     "rss",
     "",
     "RSS",
     8,
     0,
     false,
     25,
     cells::resident,
     {Metric::resident_memory, none, none}},
    {short_id, "short_id", "gpu", "GPU", 0, 0, false, 95, cells::device_index, nothing},
    {device_id, "device_id", "device_name", "DEVICE", 0, 18, true, 95, cells::device_name, nothing},
    {device_pid, "device_pid", "", "DEVICE PID", 0, 0, false, 35, cells::device_pid, nothing},
    {process_memory, "process_memory", "gpu_memory", "GPU MEMORY", 0, 0, false, 90,
     cells::process_memory, memory},
    {device_memory, "memory", "device_memory", "MEMORY", 0, 0, false, 90, cells::device_memory,
     memory},
    {util, "util", "utilization", "UTIL", 5, 0, false, 70, cells::utilization, busy},
    {util_ma, "util_ma", "average_util", "AVG UTIL", 5, 0, false, 65, cells::average, busy},
    {temp,
     "temp",
     "temperature",
     "TEMP",
     5,
     0,
     false,
     20,
     cells::temperature,
     {Metric::temperature, none, none}},
    {power,
     "power",
     "",
     "POWER",
     0,
     0,
     false,
     15,
     cells::power,
     {Metric::power_draw, Metric::power_limit, none}},
    {fan, "fan", "", "FAN", 4, 0, false, 10, cells::fan, {Metric::fan_speed, none, none}},
    {path, "path", "", "PATH", 0, 12, true, 20, cells::path, nothing},
    {source, "source", "", "SOURCE", 0, 0, false, 10, cells::source, nothing},
    {cmdline, "cmdline", "command", "COMMAND", 0, 12, false, 20, cells::command, nothing},
}};

constexpr bool stand_in_order() {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (static_cast<std::size_t>(all[i].id) != i) return false;
  }
  return true;
}
static_assert(stand_in_order(), "each column has one row, in the order of its enumerator");

constexpr auto on = Shown::on;
constexpr auto off = Shown::off;
constexpr auto if_any = Shown::if_any;
constexpr auto repeat = Similar::repeated;
constexpr auto blank = Similar::blanked;

// The last word: whether a vertical stands before the column.
const std::vector<PlacedColumn>& notebook_columns() {
  static const std::vector<PlacedColumn> columns{{process_name, on, blank, false},
                                                 {type, on, repeat, true},
                                                 {pid, on, repeat, false},
                                                 {ppid, off, repeat, false},
                                                 {ngid, off, repeat, false},
                                                 {python_ppid, off, repeat, false},
                                                 {host_pid, off, repeat, false},
                                                 {inner_pid, off, repeat, false},
                                                 {kernel_id, off, repeat, false},
                                                 {status, off, repeat, false},
                                                 {user, on, blank, true},
                                                 {state, if_any, blank, false},
                                                 {connections, off, blank, false},
                                                 {gpu_idle, off, repeat, false},
                                                 {container, off, blank, false},
                                                 {job, off, blank, false},
                                                 {unit, off, blank, false},
                                                 {create_time, off, repeat, true},
                                                 {cpu, on, repeat, true},
                                                 {rss, on, repeat, false},
                                                 {short_id, on, repeat, true},
                                                 {device_pid, off, repeat, false},
                                                 {process_memory, on, repeat, true},
                                                 {util, on, repeat, true},
                                                 {util_ma, off, repeat, false},
                                                 {temp, on, repeat, false},
                                                 {power, off, repeat, true},
                                                 {fan, off, repeat, false},
                                                 {path, off, blank, true},
                                                 {source, off, blank, false},
                                                 {cmdline, off, blank, true}};
  return columns;
}

const std::vector<PlacedColumn>& device_columns() {
  static const std::vector<PlacedColumn> columns{
      {device_id, on, blank, false},      {util, on, blank, true},
      {util_ma, off, blank, false},       {temp, on, blank, false},
      {power, off, blank, true},          {fan, off, blank, false},
      {process_memory, on, repeat, true}, {process_name, on, repeat, true},
      {type, off, repeat, true},          {user, on, repeat, false},
      {state, if_any, repeat, false},     {device_pid, on, repeat, true},
      {pid, off, repeat, false},          {ppid, off, repeat, false},
      {ngid, off, repeat, false},         {python_ppid, off, repeat, false},
      {host_pid, off, repeat, false},     {inner_pid, off, repeat, false},
      {kernel_id, off, repeat, false},    {status, off, repeat, false},
      {connections, off, repeat, false},  {gpu_idle, off, repeat, false},
      {container, off, repeat, false},    {job, off, repeat, false},
      {unit, off, repeat, false},         {create_time, off, repeat, true},
      {cpu, off, repeat, true},           {rss, off, repeat, false},
      {path, off, blank, true},           {source, off, repeat, false},
      {cmdline, off, blank, true}};
  return columns;
}

const std::vector<PlacedColumn>& plain_columns() {
  static const std::vector<PlacedColumn> columns{
      {device_id, on, repeat, false},   {util, on, repeat, true},   {util_ma, off, repeat, false},
      {temp, on, repeat, false},        {power, off, repeat, true}, {fan, off, repeat, false},
      {device_memory, on, repeat, true}};
  return columns;
}

bool is_called(const WorkloadColumn& column, std::string_view name) {
  return name == column.name || (!column.other_name.empty() && name == column.other_name);
}

Error complain_of(WorkloadView view, const std::string& name) {
  std::vector<std::string> names;
  std::string list;
  for (const auto& placed : columns_of(view)) {
    names.emplace_back(column_of(placed.id).name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  const auto meant = find_nearest(lower(name), names);
  return {Fault::usage, fmt::format("there is no column '{}' here{}; there are {}", name,
                                    meant.empty() ? "" : " (did you mean " + meant + "?)", list)};
}

}  // namespace

const WorkloadColumn& column_of(ColumnId id) { return all[static_cast<std::size_t>(id)]; }

const std::vector<PlacedColumn>& columns_of(WorkloadView view) {
  switch (view) {
    case WorkloadView::notebooks:
      return notebook_columns();
    case WorkloadView::devices:
      return device_columns();
    case WorkloadView::plain:
      break;
  }
  return plain_columns();
}

Result<std::vector<ColumnId>> find_columns(WorkloadView view,
                                           const std::vector<std::string>& names) {
  const auto& placed = columns_of(view);
  std::vector<ColumnId> found;
  for (const auto& name : names) {
    const auto word = lower(name);
    const auto column = std::find_if(placed.begin(), placed.end(), [&](const PlacedColumn& one) {
      return is_called(column_of(one.id), word);
    });
    if (column == placed.end()) return tl::make_unexpected(complain_of(view, name));
    found.push_back(column->id);
  }
  return found;
}

MetricSet metrics_of(const std::vector<ColumnId>& columns) {
  MetricSet metrics;
  for (const auto id : columns) {
    for (const auto metric : column_of(id).metrics) metrics.insert(metric);
  }
  return metrics;
}

}  // namespace gander::text
