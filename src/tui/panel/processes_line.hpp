// SPDX-License-Identifier: Apache-2.0
// The columns of the process table: their titles, widths and texts. Only for panel/process*.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tui/panel/processes.hpp"

namespace gander::tui::processes {

/// A column left of the host's facts, which never scrolls.
struct Column {
  TableColumn id{};
  std::string_view title;
  Span span;  ///< From the left of the frame.
  std::optional<SortKey> key;
  std::optional<Metric> metric;
};
/// Those that are shown, each at its place.
std::vector<Column> place_columns(const ViewState& state);
/// Where the host's facts begin.
int info_column(const std::vector<Column>& columns);
/// The text of a column in a row.
std::string cell_of(TableColumn column, const Device& device, const TableRow& row);

/// What the host says of a process, as text.
struct Info {
  std::string cpu;
  std::string memory;
  std::string time;
  std::string owner;
  std::string command;
};
/// Widths that depend on what is shown; 0: not drawn.
struct InfoWidths {
  int cpu = 5;
  int memory = 5;
  int time = 4;
  int owner = 0;
  int command = 7;  ///< Of the longest.
};

Info info_of(const Snapshot& snapshot, const Process& process);
/// The widths for these rows where the facts have `room` columns.
InfoWidths measure(const std::vector<Info>& infos, int room, const TableColumns& columns);
/// Where each of the facts stands, from the first of them; their names are those of `Info`.
struct InfoPlaces {
  Span cpu;
  Span memory;
  Span time;
  Span owner;
  int command{};
};
InfoPlaces places_of(const InfoWidths& widths);
/// The facts in one line, at their places.
std::string join(const Info& info, const InfoWidths& widths);

}  // namespace gander::tui::processes
