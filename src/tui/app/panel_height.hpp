// SPDX-License-Identifier: Apache-2.0
// Parts of the main screen made higher or lower by a person.
#pragma once

#include <cstdint>

#include "tui/panel/panel.hpp"

namespace gander::tui {

enum class HeightStep : std::int8_t { lower = -1, higher = 1 };
/// Takes the next useful height of the devices or the host, from what the last frame shows. Heights
/// of one's own belong to the automatic mode, which this chooses.
void change_height(ViewState& state, const Drawn& drawn, MainPanel panel, HeightStep step);
/// The same for an action; whether it was one about heights.
bool perform_height(Action action, const Drawn& drawn, ViewState& state);

}  // namespace gander::tui
