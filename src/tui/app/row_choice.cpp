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

void scroll_into_sight(ViewState& state, int place, int in_sight) {
  int& scroll = state.screen == Screen::tree ? state.page_scroll : state.process_scroll;
  scroll = std::clamp(scroll, place - in_sight + 1, place);
  scroll = std::max(scroll, 0);
}

/// Whether the last frame shows this, as far as it can be clicked.
template <class Target>
bool is_in_sight(const Drawn& drawn, const Target& wanted) {
  return std::ranges::any_of(drawn.clicks, [&](const ClickArea& click) {
    const auto* target = std::get_if<Target>(&click.target);
    return target != nullptr && *target == wanted;
  });
}

bool shows_last_device(const Snapshot& snapshot, const Drawn& drawn) {
  // One without a UUID cannot be clicked, and so not be seen from here.
  for (auto device = snapshot.devices.rbegin(); device != snapshot.devices.rend(); ++device) {
    if (device->uuid.is_known()) return is_in_sight(drawn, device->uuid.value());
  }
  return true;
}

}  // namespace

std::vector<ChoosableRow> choosable_rows(const Snapshot& snapshot, const ViewState& state) {
  if (state.screen == Screen::main) return table_rows(snapshot, state);
  if (state.screen == Screen::tree) return branch_rows(snapshot, state);
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

std::vector<ProcessKey> find_targets(const Snapshot& snapshot, const ViewState& state) {
  std::set<ProcessKey> wanted = state.tagged;
  if (wanted.empty()) {
    const auto rows = choosable_rows(snapshot, state);
    const int place = place_of_selection(rows, state);
    if (place >= 0) {
      const auto& processes = rows[static_cast<std::size_t>(place)].processes;
      wanted.insert(processes.begin(), processes.end());
    }
  }
  std::vector<ProcessKey> targets;
  for (const ProcessKey& key : wanted) {
    const Process* process = find_process(snapshot, key);
    // Without its start a process cannot be told from another that gets its number.
    if (process == nullptr || process->presence != Presence::present || !key.start_ticks) continue;
    targets.push_back(key);
  }
  return targets;
}

void carry_to_main(const Snapshot& snapshot, ViewState& state) {
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

void scroll_devices(const Snapshot& snapshot, const Drawn& drawn, ViewState& state, int rows) {
  if (rows > 0 && shows_last_device(snapshot, drawn)) return;
  const int last = std::max(0, static_cast<int>(snapshot.devices.size()) - 1);
  state.device_scroll = std::clamp(state.device_scroll + rows, 0, last);
}

void scroll_main(const Snapshot& snapshot, const Drawn& drawn, ViewState& state, int row) {
  if (row < 0) {
    if (state.process_scroll > 0) {
      --state.process_scroll;
    } else {
      scroll_devices(snapshot, drawn, state, row);
    }
    return;
  }
  if (state.show_devices && !shows_last_device(snapshot, drawn)) {
    return scroll_devices(snapshot, drawn, state, row);
  }
  const auto rows = choosable_rows(snapshot, state);
  if (!rows.empty() && !is_in_sight(drawn, rows.back().key)) ++state.process_scroll;
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
