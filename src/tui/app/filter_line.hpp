// SPDX-License-Identifier: Apache-2.0
// Typing a filter: the line at the bottom while it is edited. The filter takes effect with each
// key that makes sense.
#pragma once

#include <string_view>

#include "tui/screen/input.hpp"
#include "tui/view/view_state.hpp"

namespace gander::tui {

/// One key while the filter is typed. False where the key is not the line's: then it means what it
/// means on the screen.
bool edit_filter(const Key& key, ViewState& state);
/// Text that was pasted; line ends and control characters are left out.
void paste_into_filter(std::string_view text, ViewState& state);
/// No filter at all.
void clear_filter(ViewState& state);

}  // namespace gander::tui
