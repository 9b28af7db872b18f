// SPDX-License-Identifier: Apache-2.0
// Bars on a canvas.
#include "tui/widget/bar.hpp"

#include <algorithm>

namespace gander::tui {

Role intensity_of(const Reading& ratio, const Levels& levels) {
  if (!ratio.is_known()) return Role::moderate;
  if (ratio.value() >= levels.heavy) return Role::heavy;
  return ratio.value() >= levels.moderate ? Role::moderate : Role::light;
}

Role worse(Role a, Role b) {
  static_assert(Role::light < Role::moderate && Role::moderate < Role::heavy);
  return std::max(a, b);
}

void draw_bar(const Canvas& canvas, const BarPlace& place, const text::Bar& bar,
              const Style& style) {
  if (place.span.width <= 0) return;
  canvas.put_left(place.row, place.span, text::draw_bar(bar, place.span.width), style);
}

}  // namespace gander::tui
