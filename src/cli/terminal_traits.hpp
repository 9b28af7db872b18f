// SPDX-License-Identifier: Apache-2.0
// What the environment says about the terminal the monitor draws on, judged honestly: what may
// not work is not used.
#pragma once

#include <string_view>

#include "cli/config.hpp"
#include "cli/environment.hpp"
#include "tui/screen/output.hpp"

namespace gander::cli {

/// Colours, and synchronized output where it helps: not inside tmux or screen, whose versions
/// differ, and not on the Linux console, which has no such thing. `forced` colours win over
/// NO_COLOR.
tui::TerminalTraits find_traits(const Lookup& lookup, bool forced_color);
/// `auto`: Unicode where the locale has it; blocks on the Linux console, whose fonts have no
/// Braille.
tui::Charset find_charset(std::string_view setting, const Lookup& lookup);
/// The theme of the configuration; `auto`: light where COLORFGBG says that the background is.
tui::Theme choose_theme(const Config& config, const Lookup& lookup);
/// Whether the terminal is to be asked for its background: where the theme is left to us, there are
/// colours, and it is no terminal that would show the question.
bool asks_background(const Config& config, const Lookup& lookup, const tui::TerminalTraits& traits);

}  // namespace gander::cli
