// SPDX-License-Identifier: Apache-2.0
// Selection and tags by identity.
#include "tui/app/row_choice.hpp"

#include <algorithm>
#include <set>

#include "text/command.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "tui/panel/processes.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

/// Rows of the table that the last frame shows; at least one.
int rows_in_sight(const Drawn& drawn) {
  std::set<RowKey> seen;
  for (const ClickArea& click : drawn.clicks) {
    if (const auto* row = std::get_if<RowKey>(&click.target)) seen.insert(*row);
  }
  return std::max(1, static_cast<int>(seen.size()));
}

std::vector<ChoosableRow> table_rows(const Snapshot& snapshot, const ViewState& state) {
  std::vector<ChoosableRow> rows;
  std::ptrdiff_t heading = -1;
  for (const TableRow& row : arrange_rows(snapshot, state)) {
    ChoosableRow choosable{key_of(row), {}};
    if (row.process == nullptr) {
      heading = static_cast<std::ptrdiff_t>(rows.size());
    } else {
      choosable.processes.push_back(key_of(*row.process));
      if (heading >= 0) {
        rows[static_cast<std::size_t>(heading)].processes.push_back(key_of(*row.process));
      }
    }
    rows.push_back(std::move(choosable));
  }
  return rows;
}

std::vector<ChoosableRow> branch_rows(const Snapshot& snapshot, const ViewState& state) {
  std::vector<ChoosableRow> rows;
  for (const Process* process : tree_rows(snapshot, state)) {
    const ProcessKey key = key_of(*process);
    rows.push_back({{key, process->uses.empty() ? "" : process->uses.front().device}, {key}});
  }
  return rows;
}

std::vector<ChoosableRow> workload_rows(const Snapshot& snapshot, const ViewState& state) {
  std::vector<ChoosableRow> rows;
  for (const auto& group : text::group_workloads(snapshot, notebook_choice(snapshot, state))) {
    for (const text::WorkloadRow& row : group.rows) {
      ChoosableRow choosable{key_of(row), {}};
      if (row.process != nullptr) choosable.processes.push_back(key_of(*row.process));
      rows.push_back(std::move(choosable));
    }
  }
  return rows;
}

/// Place of the selected row; -1 for none. On the tree screen a process has one row only, whatever
/// device it was selected on.
int place_of_selection(const std::vector<ChoosableRow>& rows, const ViewState& state) {
  if (!state.selected) return -1;
  const auto is_it = [&](const ChoosableRow& row) {
    if (state.screen == Screen::tree) return row.key.process == state.selected->process;
    return row.key == *state.selected;
  };
  const auto found = std::ranges::find_if(rows, is_it);
  return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
}

/// Why a process cannot be hit by a signal; empty where it can.
std::string_view reason_against(const Process* process) {
  if (process == nullptr) return "has ended";
  switch (process->presence) {
    case Presence::gone:
      return "has ended, only its memory is left";
    case Presence::zombie:
      return "has ended, its parent has not collected it";
    case Presence::hidden:
      return "hidden by hidepid";
    case Presence::outside:
      return "outside this PID namespace";
    case Presence::present:
      break;
  }
  // Without its start a process cannot be told from another that gets its number.
  return process->start_ticks.is_known() ? "" : "its start is not known";
}

void scroll_into_sight(ViewState& state, int place, int in_sight) {
  state.keeps_selection_in_sight = true;
  int& scroll = state.screen == Screen::main ? state.process_scroll : state.page_scroll;
  scroll = std::clamp(scroll, place - in_sight + 1, place);
  scroll = std::max(scroll, 0);
}

}  // namespace

bool has_process_rows(Screen screen) {
  return screen == Screen::main || screen == Screen::tree || screen == Screen::notebooks;
}

std::vector<ChoosableRow> choosable_rows(const Snapshot& snapshot, const ViewState& state) {
  if (state.screen == Screen::main) return table_rows(snapshot, state);
  if (state.screen == Screen::tree) return branch_rows(snapshot, state);
  if (state.screen == Screen::notebooks) return workload_rows(snapshot, state);
  return {};
}

void move_selection(const Snapshot& snapshot, const Drawn& drawn, ViewState& state, int rows) {
  const auto all = choosable_rows(snapshot, state);
  if (all.empty()) return;
  const int last = static_cast<int>(all.size()) - 1;
  int place = place_of_selection(all, state);
  if (place < 0) place = rows > 0 ? -1 : last + 1;
  const auto wanted = static_cast<std::int64_t>(place) + rows;
  place = static_cast<int>(std::clamp<std::int64_t>(wanted, 0, last));
  state.selected = all[static_cast<std::size_t>(place)].key;
  scroll_into_sight(state, place, rows_in_sight(drawn));
}

void select_row(const Snapshot& snapshot, ViewState& state, const RowKey& key) {
  for (const ChoosableRow& row : choosable_rows(snapshot, state)) {
    const bool is_it =
        state.screen == Screen::tree ? row.key.process == key.process : row.key == key;
    if (is_it) state.selected = row.key;
  }
  state.keeps_selection_in_sight = true;
}

void toggle_tags(const Snapshot& snapshot, ViewState& state) {
  const auto rows = choosable_rows(snapshot, state);
  const int place = place_of_selection(rows, state);
  if (place < 0) return;
  const auto& processes = rows[static_cast<std::size_t>(place)].processes;
  const bool are_tagged = std::ranges::all_of(
      processes, [&](const ProcessKey& key) { return state.tagged.contains(key); });
  for (const ProcessKey& key : processes) {
    if (are_tagged) {
      state.tagged.erase(key);
    } else {
      state.tagged.insert(key);
    }
  }
}

const Process* find_process(const Snapshot& snapshot, const ProcessKey& key) {
  const auto found = std::ranges::find_if(
      snapshot.processes, [&](const Process& process) { return key_of(process) == key; });
  return found == snapshot.processes.end() ? nullptr : &*found;
}

const Process* find_selected(const Snapshot& snapshot, const ViewState& state) {
  return state.selected ? find_process(snapshot, state.selected->process) : nullptr;
}

Targets find_targets(const Snapshot& snapshot, const ViewState& state) {
  std::set<ProcessKey> wanted = state.tagged;
  if (wanted.empty()) {
    const auto rows = choosable_rows(snapshot, state);
    const int place = place_of_selection(rows, state);
    if (place >= 0) {
      const auto& processes = rows[static_cast<std::size_t>(place)].processes;
      wanted.insert(processes.begin(), processes.end());
    }
  }
  Targets targets;
  for (const ProcessKey& key : wanted) {
    const auto reason = reason_against(find_process(snapshot, key));
    if (reason.empty()) {
      targets.processes.push_back(key);
    } else {
      targets.misses.push_back({key.pid, std::string{reason}});
    }
  }
  return targets;
}

void carry_selection(const Snapshot& snapshot, ViewState& state) {
  if (!state.selected) return;
  const auto rows = choosable_rows(snapshot, state);
  if (place_of_selection(rows, state) >= 0) return;
  const ProcessKey process = state.selected->process;
  state.selected.reset();
  for (const ChoosableRow& row : rows) {
    if (row.key.process != process || state.selected) continue;
    state.selected = row.key;
  }
}

bool scroll(int& first, const Window& window, int rows) {
  const int last = std::max(0, window.count - window.rows);
  const int before = std::clamp(first, 0, last);
  const auto wanted = std::int64_t{before} + rows;
  first = static_cast<int>(std::clamp<std::int64_t>(wanted, 0, last));
  return first != before;
}

void scroll_main(const Drawn& drawn, ViewState& state, Stride stride, int direction) {
  const auto move = [&](int& first, const Window& window) {
    const int rows = stride == Stride::page ? std::max(1, window.rows - 1) : 1;
    return scroll(first, window, direction * rows);
  };
  const auto move_processes = [&] {
    const bool has_moved = move(state.process_scroll, drawn.processes);
    if (has_moved) state.keeps_selection_in_sight = false;
    return has_moved;
  };
  if (drawn.page.count > drawn.page.rows) {
    if (move(state.scroll, drawn.page)) state.keeps_selection_in_sight = false;
  } else if (direction < 0) {
    if (!move_processes()) move(state.device_scroll, drawn.devices);
  } else {
    if (!move(state.device_scroll, drawn.devices)) move_processes();
  }
}

int longest_command(const Snapshot& snapshot) {
  int longest = 0;
  for (const Process& process : snapshot.processes) {
    if (!process.command.is_known()) continue;
    const auto text = text::safe(text::join_command(process.command.value()));
    longest = std::max(longest, text::display_width(text));
  }
  return longest;
}

}  // namespace gander::tui
