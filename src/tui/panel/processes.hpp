// SPDX-License-Identifier: Apache-2.0
// The table of GPU processes, and the rows it is made of: filtered, sorted, grouped.
#pragma once

#include <string>
#include <vector>

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// One row: a process on a device, or the heading of a group.
struct TableRow {
  const Process* process = nullptr;  ///< Null for the heading of a group.
  const Use* use = nullptr;
  std::string group;  ///< Name of the group that begins here.
};
/// The rows as the user wants them, in the order in which they stand on the screen.
std::vector<TableRow> arrange_rows(const Snapshot& snapshot, const ViewState& state);
/// Who a row is. The heading of a group has pid 0, and its name in place of a device.
RowKey key_of(const TableRow& row);

enum class Separation : std::uint8_t { none, rules };
/// Rows the table needs, frame included.
struct ProcessNeeds {
  int apart{};     ///< With rules between GPUs.
  int together{};  ///< Without.
};
ProcessNeeds process_rows(const View& view);
void draw_processes(const View& view, Separation separation, const Canvas& canvas, Drawn& drawn);

}  // namespace gander::tui
