// SPDX-License-Identifier: Apache-2.0
// Asking the terminal for the colour of its background, and what its answer means.
#pragma once

#include <optional>
#include <string_view>

#include "tui/screen/theme.hpp"

namespace gander::tui {

/// OSC 11, and behind it the question what terminal it is (DA1), which every terminal answers: once
/// that answer has come, no answer about the colour will.
inline constexpr std::string_view background_question = "\x1b]11;?\a\x1b[c";

/// The colour in a reply to the question; nothing in other replies. Components have one to four
/// digits, as X11 writes them.
std::optional<Rgb> read_background(std::string_view reply);
/// Whether a reply is the answer to the second question.
bool is_terminal_kind(std::string_view reply);
/// Whether dark text is what can be read on this background (relative luminance of sRGB).
bool is_light(const Rgb& background);

}  // namespace gander::tui
