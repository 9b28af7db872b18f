// SPDX-License-Identifier: Apache-2.0
// The host: two rows of bars, or graphs of processor, memory, swap and of the GPUs beside them.
#pragma once

#include "text/bar.hpp"
#include "tui/panel/panel.hpp"

namespace gander::tui {

enum class HostForm : std::uint8_t { full, compact };
/// Rows of the panel as the user wants it; the graphs end in a rule and begin below one that the
/// layout draws.
int host_rows(const ViewState& state, HostForm form);
/// Widths of the cells of the graphs, for the rule above them.
text::CellWidths host_cells(int columns);
void draw_host(const View& view, HostForm form, const Canvas& canvas, Drawn& drawn);

}  // namespace gander::tui
