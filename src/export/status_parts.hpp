// SPDX-License-Identifier: Apache-2.0
// What the parts of the status page share: its geometry, its colours, its notes. Only for
// status*.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/status.hpp"
#include "text/bar.hpp"
#include "text/units.hpp"
#include "text/words.hpp"

namespace gander::status {

using text::Bar;
using text::cell;
using text::draw_bar;
using text::Line;
using text::missing_word;
using text::Style;
using text::words;
using Cells = text::CellWidths;
using Lines = std::vector<Line>;

/// Columns of the device box without bars.
inline constexpr int frame_width = 79;
/// From this width on there is room for bars.
inline constexpr int bars_from = 100;

/// How much of the machine the selection leaves out.
struct Hidden {
  std::size_t devices = 0;
  std::size_t processes = 0;  ///< Of those that use a device.
};

/// What every part needs to draw itself.
struct Page {
  const Snapshot& snapshot;
  const StatusOptions& options;
  int width;  ///< Of the boxes.
  Hidden hidden;
};

enum class Intensity : std::uint8_t { light, moderate, heavy };
/// Unknown counts as moderate: it may be anything.
Intensity intensity_of(const Reading& ratio, Thresholds thresholds);
text::Color color_of(Intensity intensity);

text::Color device_color(const Page& page, const Device& device);

/// A rule of `fill` (`─` or `═`) between a row of cells above and one below; either may be empty.
Line draw_rule(std::string_view fill, const Cells& above, const Cells& below);
/// One row: the cells between verticals.
Line draw_row(const std::vector<Line>& cells);

Lines draw_devices(const Page& page);
Lines draw_host(const Page& page);
Lines draw_notes(const Page& page);

/// Whether a row is of a client of the Multi-Process Service: its type needs more room, and words.
bool has_shared_contexts(const Snapshot& snapshot);

/// A process on one device, each column as text.
struct ProcessRow {
  const Device* device;
  const Process* process;
  const Use* use;
  std::string cpu;
  std::string memory;
  std::string time;
  std::string owner;
  std::string command;
};
/// The rows in reading order, and the width each column needs.
struct ProcessRows {
  std::vector<ProcessRow> rows;
  int type_width = 1;
  int time_width = 4;
  int owner_width = 0;  ///< 0: nobody has an owner but the user.
  int command_width = 0;
};
ProcessRows collect_processes(const Snapshot& snapshot);
/// Columns the process box needs to show every command whole.
int preferred_width(const ProcessRows& rows);
Lines draw_processes(const Page& page, const ProcessRows& rows);

}  // namespace gander::status
