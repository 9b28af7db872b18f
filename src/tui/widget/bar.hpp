// SPDX-License-Identifier: Apache-2.0
// Bars on a canvas, and how much a share alarms. Knows no panel.
#pragma once

#include "gander/reading.hpp"
#include "text/bar.hpp"
#include "tui/screen/grid.hpp"
#include "tui/widget/sample.hpp"

namespace gander::tui {

/// `light`, `moderate` or `heavy`; an unknown share is moderate: it may be anything.
Role intensity_of(const Reading& ratio, const Levels& levels);
/// The worse of two of them.
Role worse(Role a, Role b);
/// Where a bar stands on a canvas.
struct BarPlace {
  int row{};
  Span span;
};
/// Draws the bar over exactly the span; nothing where that is empty.
void draw_bar(const Canvas& canvas, const BarPlace& place, const text::Bar& bar,
              const Style& style);

}  // namespace gander::tui
