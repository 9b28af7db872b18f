// SPDX-License-Identifier: Apache-2.0
// What keys and clicks do while the signal dialog stands above the screen. Everything else waits.
#pragma once

#include <vector>

#include "tui/app/control.hpp"

namespace gander::tui {

/// One input for the dialog, which is open. After it was confirmed it shows what came of it; the
/// next key closes it and takes selection and tags away.
std::vector<Request> answer_dialog(const Input& input, const Drawn& drawn, ViewState& state);

/// Whether the pointer is on an area of the grid.
bool holds(const Area& area, const Mouse& mouse);
/// The topmost area of the last frame under the pointer; null for none.
const ClickTarget* find_click(const Drawn& drawn, const Mouse& mouse);

}  // namespace gander::tui
