// SPDX-License-Identifier: Apache-2.0
// Actions of the screen of notebooks.
#include "tui/app/notebook_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gander::tui {
namespace {

using text::ColumnId;
using text::Verbosity;
using text::WorkloadView;

/// A switch of the view that is shown.
struct Switch {
  Action action;
  bool& (*find)(NotebookView& view);
};
constexpr std::array switches{
    Switch{Action::toggle_bars,
           [](NotebookView& view) -> bool& { return view.table.cells.has_bars; }},
    Switch{Action::toggle_group_lines,
           [](NotebookView& view) -> bool& { return view.lines.between; }},
    Switch{Action::toggle_frame_lines,
           [](NotebookView& view) -> bool& { return view.lines.around; }},
    Switch{Action::toggle_header,
           [](NotebookView& view) -> bool& { return view.table.has_header; }},
    Switch{Action::toggle_similar,
           [](NotebookView& view) -> bool& { return view.table.shows_similar; }},
    Switch{Action::toggle_all_columns,
           [](NotebookView& view) -> bool& { return view.table.shows_all; }},
    Switch{Action::toggle_footnote, [](NotebookView& view) -> bool& { return view.has_footnote; }},
    Switch{Action::toggle_legend, [](NotebookView& view) -> bool& { return view.has_legend; }},
};

/// A key for a column; views that show another instead of it name that.
struct ColumnKey {
  Action action;
  ColumnId column;
  ColumnId other;
};
constexpr std::array column_keys{
    ColumnKey{Action::toggle_average, ColumnId::util_ma, ColumnId::util_ma},
    ColumnKey{Action::toggle_pid, ColumnId::pid, ColumnId::pid},
    ColumnKey{Action::toggle_ppid, ColumnId::ppid, ColumnId::ppid},
    ColumnKey{Action::toggle_cpu, ColumnId::cpu, ColumnId::cpu},
    ColumnKey{Action::toggle_rss, ColumnId::rss, ColumnId::rss},
    ColumnKey{Action::toggle_gpu, ColumnId::short_id, ColumnId::device_id},
    ColumnKey{Action::toggle_gpu_memory, ColumnId::process_memory, ColumnId::device_memory},
    ColumnKey{Action::toggle_utilization, ColumnId::util, ColumnId::util},
    ColumnKey{Action::toggle_temperature, ColumnId::temp, ColumnId::temp},
    ColumnKey{Action::toggle_type, ColumnId::type, ColumnId::type},
    ColumnKey{Action::toggle_status, ColumnId::status, ColumnId::status},
    ColumnKey{Action::toggle_create_time, ColumnId::create_time, ColumnId::create_time},
    ColumnKey{Action::toggle_path, ColumnId::path, ColumnId::path},
};

bool contains(const std::vector<ColumnId>& columns, ColumnId column) {
  return std::ranges::find(columns, column) != columns.end();
}

bool has_column(WorkloadView view, ColumnId column) {
  return std::ranges::any_of(text::columns_of(view),
                             [&](const text::PlacedColumn& placed) { return placed.id == column; });
}

/// What is in sight goes, and what is not comes: also what was left out for want of room.
void toggle_column(const ColumnKey& key, const Drawn& drawn, ViewState& state) {
  auto& table = state.notebooks.now().table;
  const auto view = state.notebooks.shown();
  const ColumnId column = has_column(view, key.column) ? key.column : key.other;
  if (!has_column(view, column)) {
    state.message = fmt::format("{} is no column of this view", text::column_of(column).name);
    return;
  }
  const bool is_seen =
      contains(text::choose_columns(table), column) && !contains(drawn.left_out, column);
  std::erase(table.show, column);
  std::erase(table.hide, column);
  (is_seen ? table.hide : table.show).push_back(column);
}

void step_view(int by, ViewState& state) {
  const auto count = static_cast<int>(workload_views.size());
  const int place = (static_cast<int>(state.notebooks.shown()) + by + count) % count;
  state.notebooks.show(workload_views.at(static_cast<std::size_t>(place)));
  state.page_scroll = 0;
  state.page_column = 0;
}

void step_verbosity(ViewState& state) {
  if (state.notebooks.shown() != WorkloadView::notebooks) {
    state.message = "only notebooks have levels: here every process on a GPU has its row";
    return;
  }
  auto& verbosity = state.notebooks.now().table.choice.verbosity;
  switch (verbosity) {
    case Verbosity::holders:
      verbosity = Verbosity::members;
      break;
    case Verbosity::members:
      verbosity = Verbosity::everything;
      break;
    case Verbosity::everything:
      verbosity = Verbosity::holders;
      break;
  }
}

void step_sort(int by, text::WorkloadChoice& choice) {
  const auto& sorts = notebook_sorts();
  const auto count = static_cast<std::ptrdiff_t>(sorts.size());
  const auto place = &row_of(choice.sort) - sorts.data();
  choice.sort = sorts.at(static_cast<std::size_t>((place + by + count) % count)).sort;
}

bool perform_sort(Action action, text::WorkloadChoice& choice) {
  if (action == Action::sort_previous) {
    step_sort(-1, choice);
    return true;
  }
  if (action == Action::sort_next) {
    step_sort(1, choice);
    return true;
  }
  if (action == Action::sort_reverse) {
    choice.is_reversed = !choice.is_reversed;
    return true;
  }
  for (const NotebookSort& sort : notebook_sorts()) {
    if (action != sort.action && sort.reversed != action) continue;
    choice.sort = sort.sort;
    choice.is_reversed = action != sort.action;
    return true;
  }
  return false;
}

void scroll_sideways(int column, const Drawn& drawn, ViewState& state) {
  state.page_column = std::clamp(column, 0, drawn.last_column);
}

}  // namespace

bool perform_notebooks(Action action, const Drawn& drawn, ViewState& state) {
  auto& view = state.notebooks.now();
  if (perform_sort(action, view.table.choice)) return true;
  for (const Switch& flag : switches) {
    if (flag.action != action) continue;
    bool& value = flag.find(view);
    value = !value;
    return true;
  }
  for (const ColumnKey& key : column_keys) {
    if (key.action != action) continue;
    toggle_column(key, drawn, state);
    return true;
  }
  switch (action) {
    case Action::scroll_left:
      scroll_sideways(state.page_column - 1, drawn, state);
      return true;
    case Action::scroll_right:
      scroll_sideways(state.page_column + 1, drawn, state);
      return true;
    case Action::scroll_start:
      scroll_sideways(0, drawn, state);
      return true;
    case Action::scroll_end:
      scroll_sideways(drawn.last_column, drawn, state);
      return true;
    case Action::next_view:
      step_view(1, state);
      return true;
    case Action::previous_view:
      step_view(-1, state);
      return true;
    case Action::next_verbosity:
      step_verbosity(state);
      return true;
    case Action::restore_views:
      state.notebooks.restore();
      return true;
    default:
      return false;
  }
}

}  // namespace gander::tui
