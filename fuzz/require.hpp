// SPDX-License-Identifier: Apache-2.0
// What all fuzzers hold of what they fuzz: a promise that is broken ends the program, and a message
// is one line. It must not know any parser.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace gander::fuzz {

/// Ends the program, so that the fuzzer keeps the input, unless `holds`.
inline void require(bool holds) {
  if (!holds) std::abort();
}

/// No control character ends a line of the text or steers a terminal.
inline bool is_one_line(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Whether `part` is a view into `whole`.
inline bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

/// Takes what stands before the first `end` off the front of `text`, and the `end` with it.
inline std::string_view take_until(std::string_view& text, char end) {
  const auto size = std::min(text.find(end), text.size());
  const auto part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

}  // namespace gander::fuzz
