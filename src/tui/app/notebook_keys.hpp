// SPDX-License-Identifier: Apache-2.0
// What keys do on the screen of notebooks that they do on no other.
#pragma once

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// Changes views, columns, lines and order; whether the action was one of these.
bool perform_notebooks(Action action, const Drawn& drawn, ViewState& state);

}  // namespace gander::tui
