// SPDX-License-Identifier: Apache-2.0
// The devices: nvitop's two rows or one row each, with bars, or several columns of short rows where
// there are many.
#pragma once

#include "text/bar.hpp"
#include "tui/panel/panel.hpp"

namespace gander::tui {

enum class DeviceForm : std::uint8_t { full, compact, columns };
/// Rows that the devices of `view` need in this form at this width, frame included. Several columns
/// need the fewest where they are as narrow as they can be.
int device_rows(const View& view, DeviceForm form, int columns);
/// Rows that short rows need in as few columns as fit into `room`, else in as many as there can be.
int short_device_rows(const View& view, Size room);
/// Widths of the cells above the lower rule of the frame, for a panel that joins there.
text::CellWidths lowest_cells(const View& view, DeviceForm form, int columns);
/// Draws them; scrolled by `view.state.device_scroll` where they do not fit.
void draw_devices(const View& view, DeviceForm form, const Canvas& canvas, Drawn& drawn);

}  // namespace gander::tui
