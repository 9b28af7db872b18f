// SPDX-License-Identifier: Apache-2.0
// The views of the screen of notebooks, and its orders.
#include "tui/view/notebook_screen.hpp"

#include <algorithm>

namespace gander::tui {

using text::ColumnId;
using text::WorkloadSort;
using text::WorkloadView;

std::string_view title_of(WorkloadView view) {
  switch (view) {
    case WorkloadView::notebooks:
      return "Notebooks";
    case WorkloadView::devices:
      return "Devices";
    case WorkloadView::plain:
      break;
  }
  return "GPUs";
}

NotebookScreen::NotebookScreen() {
  for (const auto view : workload_views) {
    of(view).table.choice.view = view;
    of(view).lines = text::usual_lines(view);
  }
  keep();
}

std::size_t NotebookScreen::longest_window() const {
  std::size_t longest = 0;
  for (const auto& view : views_) longest = std::max(longest, view.table.cells.window);
  return longest;
}

const std::array<NotebookSort, 10>& notebook_sorts() {
  static constexpr std::array<NotebookSort, 10> sorts{{
      {WorkloadSort::usual, Action::sort_usual, {}, {}, {}, "age"},
      {WorkloadSort::name,
       Action::sort_by_name,
       Action::sort_by_name_reversed,
       ColumnId::process_name,
       {},
       "name"},
      {WorkloadSort::user,
       Action::sort_by_user,
       Action::sort_by_user_reversed,
       ColumnId::user,
       {},
       "user"},
      {WorkloadSort::pid, Action::sort_by_pid, Action::sort_by_pid_reversed, ColumnId::pid,
       ColumnId::device_pid, "PID"},
      {WorkloadSort::gpu, Action::sort_by_natural, Action::sort_by_natural_reversed,
       ColumnId::short_id, ColumnId::device_id, "GPU"},
      {WorkloadSort::memory, Action::sort_by_gpu_memory, Action::sort_by_gpu_memory_reversed,
       ColumnId::process_memory, ColumnId::device_memory, "GPU memory"},
      {WorkloadSort::utilization,
       Action::sort_by_sm,
       Action::sort_by_sm_reversed,
       ColumnId::util,
       {},
       "utilization"},
      {WorkloadSort::cpu,
       Action::sort_by_cpu,
       Action::sort_by_cpu_reversed,
       ColumnId::cpu,
       {},
       "CPU"},
      {WorkloadSort::rss,
       Action::sort_by_host_memory,
       Action::sort_by_host_memory_reversed,
       ColumnId::rss,
       {},
       "host memory"},
      {WorkloadSort::time,
       Action::sort_by_time,
       Action::sort_by_time_reversed,
       ColumnId::create_time,
       {},
       "start"},
  }};
  return sorts;
}

const NotebookSort* find_sort(ColumnId column) {
  const auto& sorts = notebook_sorts();
  const auto* found = std::ranges::find_if(sorts, [&](const NotebookSort& sort) {
    return sort.column == column || sort.other_column == column;
  });
  return found == sorts.end() ? nullptr : found;
}

const NotebookSort& row_of(WorkloadSort sort) {
  const auto& sorts = notebook_sorts();
  return *std::ranges::find(sorts, sort, &NotebookSort::sort);
}

bool is_descending(WorkloadSort sort) {
  return sort == WorkloadSort::memory || sort == WorkloadSort::utilization ||
         sort == WorkloadSort::cpu || sort == WorkloadSort::rss;
}

std::optional<Metric> metric_of(ColumnId column) {
  // The mean of several looks is no reading.
  if (column == ColumnId::util_ma) return std::nullopt;
  const Metric metric = text::column_of(column).metrics.front();
  if (metric == Metric::memory_total) return std::nullopt;
  return metric;
}

}  // namespace gander::tui
