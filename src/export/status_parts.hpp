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
#include "text/units.hpp"

namespace gander::status {

using text::Line;
using text::Style;
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

/// `part` of `whole`; the reason where one is unknown, `not_supported` where the whole is nothing.
Reading share(const Reading& part, const Reading& whole);
/// Share of a device's memory in use; of the host's where the device shares it.
Reading memory_share(const Page& page, const Device& device);
/// Whether the device has no memory of its own but uses the host's, of which we know the size.
bool shares_host_memory(const Page& page, const Device& device);
text::Color device_color(const Page& page, const Device& device);

/// One labelled bar. `figure` is the absolute value that goes with it.
struct Bar {
  enum class Order : std::uint8_t { figure_first, percent_first };
  std::string_view label;
  Reading ratio;
  std::string figure;
  Order order{};
  DeviceState state{};  ///< Of the device whose bar it is: what a missing ratio means.
};
/// The bar in exactly `width` columns. An unknown ratio is a shaded field with its reason.
std::string draw_bar(const Bar& bar, int width);

/// Where the verticals of a row stand, by the widths of its cells.
using Cells = std::vector<int>;
/// A rule of `fill` (`─` or `═`) between a row of cells above and one below; either may be empty.
Line draw_rule(std::string_view fill, const Cells& above, const Cells& below);
/// One row: the cells between verticals.
Line draw_row(const std::vector<Line>& cells);

/// Why a value of a device in `state` is absent. A device that waits for its reset is not lost,
/// though drivers give both the same reason.
std::string_view missing_word(Missing reason, int columns, DeviceState state);

/// A known reading as `write` has it, else its reason; at most `columns` columns.
template <class Write>
std::string cell(const Reading& reading, int columns, Write write,
                 DeviceState state = DeviceState::ok) {
  if (reading.is_known()) return write(reading.value());
  return std::string{missing_word(reading.reason(), columns, state)};
}
/// Foreign text made safe, or the reason it is unknown.
std::string words(const Known<std::string>& text, int columns, DeviceState state = DeviceState::ok);

Lines draw_devices(const Page& page);
Lines draw_host(const Page& page);
Lines draw_notes(const Page& page);

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
  int time_width = 4;
  int owner_width = 0;  ///< 0: nobody has an owner but the user.
  int command_width = 0;
};
ProcessRows collect_processes(const Snapshot& snapshot);
/// Columns the process box needs to show every command whole.
int preferred_width(const ProcessRows& rows);
Lines draw_processes(const Page& page, const ProcessRows& rows);

}  // namespace gander::status
