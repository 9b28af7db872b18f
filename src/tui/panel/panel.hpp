// SPDX-License-Identifier: Apache-2.0
// What every panel is: a pure function from a snapshot and the user's choices to cells. A panel
// asks nobody anything and changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gander/snapshot.hpp"
#include "tui/screen/grid.hpp"
#include "tui/view/history.hpp"
#include "tui/view/view_state.hpp"

namespace gander::tui {

/// A row of the list that a screen shows, or a button of the dialog above it, by its place.
struct Choice {
  int index{};
  friend bool operator==(const Choice&, const Choice&) = default;
};
/// The wish of a dialog to hit all that descend from its targets as well.
struct WithDescendants {
  friend bool operator==(const WithDescendants&, const WithDescendants&) = default;
};
/// What a click on an area means.
using ClickTarget =
    std::variant<RowKey, std::string /* device UUID */, Action, Choice, WithDescendants>;
struct ClickArea {
  Area area;  ///< In the grid's coordinates.
  ClickTarget target;
};

/// What a cell of a panel shows, for the question "why?".
/// There are hundreds in each frame.
struct Provenance {
  Area area;
  Metric metric{};
  std::optional<DeviceIndex> device;  ///< Of a device, or of a process there.
  std::optional<Pid> process;         ///< Without both: of the host, or of all devices.
};

/// Everything a panel may look at.
struct View {
  const Snapshot& snapshot;
  const History& history;
  const ViewState& state;
};

/// Which part of a list is seen.
struct Window {
  int first{};  ///< The topmost row.
  int rows{};   ///< How many there is room for.
  int count{};  ///< Of all rows.
};

/// Heights of the parts of the main screen.
struct PanelHeights {
  int devices{};
  int devices_compact{};  ///< That shows a row for each GPU.
  int devices_full{};     ///< That shows all there is of each.
  int host{};
};

/// What drawing found out on the way.
struct Drawn {
  std::vector<ClickArea> clicks;
  std::vector<Provenance> cells;
  PanelHeights heights;
  Window devices;     ///< Of the panel on the main screen.
  Window processes;   ///< Of the panel on the main screen.
  Window page;        ///< Of the main screen as a whole, or of the list or text of another screen.
  Window dialog;      ///< Of the list in the dialog above it.
  int last_column{};  ///< To which it can be scrolled sideways, column by column.
  std::vector<text::ColumnId> left_out;  ///< Of the table of notebooks, for want of room.
};

/// Rows the panel would like at this width, from its shortest to its best form.
struct Wish {
  int least{};
  int best{};
};

}  // namespace gander::tui
