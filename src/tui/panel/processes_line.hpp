// SPDX-License-Identifier: Apache-2.0
// The columns of the process table: their titles, widths and texts. Only for panel/process*.cpp.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tui/panel/processes.hpp"

namespace gander::tui::processes {

/// A column left of the host's facts, which never scrolls.
struct Column {
  std::string_view title;
  Span span;  ///< From the left of the frame.
  SortKey key{};
  std::optional<Metric> metric;
};
inline constexpr std::array columns{
    Column{"GPU", {1, 4}, SortKey::natural, {}},
    Column{"PID", {6, 7}, SortKey::pid, {}},
    Column{"USER", {16, 7}, SortKey::user, {}},
    Column{"GPU-MEM", {24, 8}, SortKey::gpu_memory, Metric::gpu_memory},
    Column{"%SM", {33, 3}, SortKey::sm, Metric::gpu_sm_utilization},
    Column{"%GMBW", {37, 5}, SortKey::memory_bandwidth, Metric::gpu_memory_utilization},
};
inline constexpr int type_column = 14;
inline constexpr int info_column = 43;  ///< Where the host's facts begin.

/// What the host says of a process, as text.
struct Info {
  std::string cpu;
  std::string memory;
  std::string time;
  std::string owner;
  std::string command;
};
/// Widths that depend on what is shown.
struct InfoWidths {
  int time = 4;
  int owner = 0;    ///< 0: not drawn.
  int command = 7;  ///< Of the longest.
};

Info info_of(const Snapshot& snapshot, const Process& process);
/// The widths for these rows where the facts have `room` columns.
InfoWidths measure(const std::vector<Info>& infos, int room);
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
/// The texts of the columns that never scroll.
std::array<std::string, columns.size()> cells_of(const Device& device, const TableRow& row);

}  // namespace gander::tui::processes
