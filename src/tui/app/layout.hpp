// SPDX-License-Identifier: Apache-2.0
// One whole frame: which panels stand where at this size, and which screen is drawn.
#pragma once

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// Draws the frame of the current screen on all of `grid`. Works at every size from 1×1.
Drawn draw_frame(const View& view, Grid& grid);

}  // namespace gander::tui
