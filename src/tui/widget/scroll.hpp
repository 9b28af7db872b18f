// SPDX-License-Identifier: Apache-2.0
// Which part of a list is in sight, and how it says so. Knows no list.
#pragma once

#include "tui/screen/grid.hpp"

namespace gander::tui {

/// The part of a list that is shown.
struct ListWindow {
  int first{};
  int shown{};
  int all{};
};

/// The first of `all` rows shown in a window of so many, for what the user asked for.
int first_shown(int wish, int all, int window);
/// Says at the right end of a rule which rows are shown: ` 3-12 of 64 `; nothing where all are.
void draw_window(const Canvas& canvas, int row, const ListWindow& window);

}  // namespace gander::tui
