// SPDX-License-Identifier: Apache-2.0
// Sentences broken into lines of so many columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander::text {

/// Breaks at spaces; a word longer than a line gets one of its own and is cut at its end. At least
/// one line, which may be empty. Takes UTF-8 that is safe to print.
std::vector<std::string> wrap(std::string_view words, int width);

/// The same, but a word longer than a line goes on in the next one: nothing is lost, and blanks
/// between words stay as they are.
std::vector<std::string> wrap_whole(std::string_view words, int width);

}  // namespace gander::text
