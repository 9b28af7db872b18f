// SPDX-License-Identifier: Apache-2.0
// Hands a snapshot to the writer of the form asked for.
#include "cli/view.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "cli/drawing.hpp"
#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "export/csv.hpp"
#include "export/json.hpp"
#include "export/status.hpp"
#include "export/status_detail.hpp"
#include "export/topology.hpp"
#include "gander/monitor_demand.hpp"
#include "os/clock.hpp"
#include "os/user.hpp"
#include "sample/device_cell.hpp"

namespace gander::cli {
namespace {

constexpr Percentages gpu_percentages{10, 75};
constexpr Percentages memory_percentages{10, 80};

Thresholds find_thresholds_for(const std::optional<Percentages>& given, std::string_view variable,
                               Percentages fallback) {
  std::string complaint;
  const auto percentages =
      given ? *given : thresholds_from(process_environment(), variable, fallback, complaint);
  if (!complaint.empty()) complain(complaint);
  return {percentages.moderate / 100.0, percentages.heavy / 100.0};
}

std::string write_page(const StatusArguments& arguments, const Snapshot& snapshot,
                       const Selection& selection) {
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  StatusOptions options;
  options.width = drawing.width;
  options.rendering = drawing.rendering;
  options.gpu =
      find_thresholds_for(arguments.gpu_thresholds, "GPU_UTILIZATION_THRESHOLDS", gpu_percentages);
  options.memory = find_thresholds_for(arguments.memory_thresholds, "MEMORY_UTILIZATION_THRESHOLDS",
                                       memory_percentages);
  options.viewer_uid = os::current_uid();
  options.viewer = viewer_name();
  options.time = os::local_time(snapshot.time);
  if (arguments.window <= 0 && !arguments.watch) options.cpu_window = "since boot";
  options.selection = selection;
  return write_status(snapshot, options);
}

/// What the page shows; anything else would only make it slower.
MetricSet metrics_of_page() {
  MetricSet metrics = monitor_demand().metrics;
  for (const auto rate : {Metric::pcie_transmit_rate, Metric::pcie_receive_rate,
                          Metric::nvlink_transmit_rate, Metric::nvlink_receive_rate}) {
    metrics.erase(rate);
  }
  return metrics;
}

void demand_columns(const StatusArguments& arguments, Demand& demand) {
  demand.metrics = metrics_of(arguments.columns);
  // Used memory of a GPU that shares the host's is that of its processes.
  demand.processes =
      arguments.rows == RowKind::processes || demand.metrics.contains(Metric::memory_used);
  // Facts alone come with any reading; without one no device would be asked at all.
  if (demand.metrics.is_empty()) demand.metrics.insert(Metric::memory_total);
  for (const auto& column : arguments.columns) {
    const bool is_place = column.name == "working_folder" || column.name == "executable";
    demand.process_detail = demand.process_detail || is_place;
  }
}

}  // namespace

Demand find_demand(const StatusArguments& arguments) {
  Demand demand;
  // No text tells more of them than a number; JSON gives the data from which trees are made.
  demand.ancestors = arguments.form == StatusForm::json;
  switch (arguments.form) {
    case StatusForm::page:
      demand.metrics = metrics_of_page();
      demand.device_detail = false;
      break;
    case StatusForm::json:
      break;
    case StatusForm::detail:
      demand.metrics = sample::find_device_metrics(MetricSet::usual());
      break;
    case StatusForm::topology:
      demand.metrics = MetricSet{}.insert(Metric::memory_used);
      demand.processes = false;
      break;
    case StatusForm::csv:
    case StatusForm::table:
      demand_columns(arguments, demand);
      break;
  }
  if (arguments.users || !arguments.pids.empty()) demand.processes = true;
  if (arguments.watch) {
    const std::chrono::duration<double> interval{*arguments.watch};
    demand.interval = std::chrono::duration_cast<std::chrono::milliseconds>(interval);
  }
  return demand;
}

double find_window(const StatusArguments& arguments) {
  if (arguments.window > 0 || arguments.form != StatusForm::detail) return arguments.window;
  // A page that shows rates and profiles takes its two looks without being told.
  return between_looks.count();
}

std::string viewer_name() {
  const auto uid = os::current_uid();
  return os::find_user_name(uid).value_or(std::to_string(uid));
}

std::string write_view_head(const StatusArguments& arguments) {
  return arguments.form == StatusForm::csv ? write_csv_header(arguments.columns) : std::string{};
}

std::string write_view(const StatusArguments& arguments, const Snapshot& snapshot,
                       const Selection& selection) {
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  switch (arguments.form) {
    case StatusForm::page:
      return write_page(arguments, snapshot, selection);
    case StatusForm::detail:
      return write_detail(snapshot, drawing.rendering, drawing.width, selection);
    case StatusForm::topology:
      return write_topology(select(snapshot, selection), drawing.rendering, drawing.width);
    case StatusForm::json:
      return write_json(select(snapshot, selection)) + "\n";
    case StatusForm::csv:
      return write_csv_rows(select(snapshot, selection), arguments.rows, arguments.columns);
    case StatusForm::table:
      return write_table(select(snapshot, selection), arguments.rows, arguments.columns,
                         drawing.rendering);
  }
  return {};
}

}  // namespace gander::cli
