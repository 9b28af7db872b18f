// SPDX-License-Identifier: Apache-2.0
// What can be selected on the screens with rows of processes, and how the selection moves. Rows are
// remembered by identity, never by their place.
#pragma once

#include <cstdint>
#include <vector>

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// A row that can be selected, and the processes that it stands for: a heading stands for all of
/// its group.
struct ChoosableRow {
  RowKey key;
  std::vector<ProcessKey> processes;
};

/// The rows of the main screen, the tree or the notebooks, from the top; none on other screens.
std::vector<ChoosableRow> choosable_rows(const Snapshot& snapshot, const ViewState& state);

/// Whether a screen has such rows.
bool has_process_rows(Screen screen);

/// Moves the selection by so many rows, held at both ends; without one, the first row is selected
/// downwards and the last one upwards. `drawn` tells how many rows are in sight.
void move_selection(const Snapshot& snapshot, const Drawn& drawn, ViewState& state, int rows);
/// Selects a row that a person pointed at.
void select_row(const Snapshot& snapshot, ViewState& state, const RowKey& key);
/// Tags what is selected, or takes the tag away where all of it is tagged.
void toggle_tags(const Snapshot& snapshot, ViewState& state);
/// The selected process; null where none is, or where it is not in the snapshot.
const Process* find_selected(const Snapshot& snapshot, const ViewState& state);
const Process* find_process(const Snapshot& snapshot, const ProcessKey& key);
/// Whom a signal is meant for, in the order of their numbers.
struct Targets {
  std::vector<ProcessKey> processes;  ///< Those that are here and run.
  std::vector<SignalDialog::Miss> misses;
};
/// All that are tagged, else what is selected.
Targets find_targets(const Snapshot& snapshot, const ViewState& state);
/// After the way from another screen: the selection as this one knows it, or none.
void carry_selection(const Snapshot& snapshot, ViewState& state);
/// Scrolls what a window shows by so many rows, held at both ends; whether it moved.
bool scroll(int& first, const Window& window, int rows);
enum class Stride : std::uint8_t { row, page };
/// Scrolls the main screen down (1) or up (-1): all of it where it is higher than the terminal,
/// else the devices to their end, then the processes.
void scroll_main(const Drawn& drawn, ViewState& state, Stride stride, int direction);
/// Columns of the longest command on the screen.
int longest_command(const Snapshot& snapshot);

}  // namespace gander::tui
