// SPDX-License-Identifier: Apache-2.0
// What the forms of the device panel share: its geometry and its frame. Only for panel/device*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/bar.hpp"
#include "tui/panel/devices.hpp"

namespace gander::tui::devices {

/// Columns of the frame without bars; narrower terminals get short rows.
inline constexpr int frame_width = 79;

/// Rows around short ones: rule, titles, rule.
inline constexpr int short_frame = 3;

/// How the columns right of the frame are used.
struct BarArea {
  int left = 0;   ///< Width of the left or only bar; 0: there is none.
  int right = 0;  ///< Width of the right bar; 0: there is none.
};
BarArea bar_area(int columns);

/// Everything the drawing of one panel needs.
struct Panel {
  const View& view;
  DeviceForm form;
  const Canvas& canvas;
  Drawn& drawn;
  std::vector<const Device*> devices;
};

/// What a device needs so that a click and a question find it.
std::string uuid_of(const Device& device);
/// Notes what cells show: `span` of `row` is `metric` of the device.
void note(const Panel& panel, const Device& device, const Area& area, Metric metric);
/// Notes that a click on these cells means the device.
void note_click(const Panel& panel, const Device& device, const Area& area);
/// Whether the user marked the device, or selected a process on it: drawn bold.
Style style_of(const Panel& panel, const Device& device);
/// The style of one bar of a device.
Style bar_style(const Panel& panel, const Device& device, const Reading& ratio,
                const Levels& levels);
/// Draws a row of a frame: texts between verticals.
void draw_frame_row(const Canvas& canvas, int row, const text::CellWidths& cells);
/// Draws short rows in several columns.
void draw_short(const Panel& panel);
/// How many columns of short rows are drawn in so much room.
int short_columns(const std::vector<const Device*>& devices, Size size);
text::CellWidths short_cells(int columns, int width);

}  // namespace gander::tui::devices
