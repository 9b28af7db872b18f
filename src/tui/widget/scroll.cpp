// SPDX-License-Identifier: Apache-2.0
// Windows on lists.
#include "tui/widget/scroll.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gander::tui {

int first_shown(int wish, int all, int window) {
  return std::clamp(wish, 0, std::max(0, all - std::max(1, window)));
}

void draw_window(const Canvas& canvas, int row, const ListWindow& window) {
  if (window.shown <= 0 || window.shown >= window.all) return;
  const auto note =
      fmt::format(" {}-{} of {} ", window.first + 1, window.first + window.shown, window.all);
  const int column = canvas.size().columns - 2 - static_cast<int>(note.size());
  canvas.put(row, std::max(0, column), note, {.role = Role::muted});
}

}  // namespace gander::tui
