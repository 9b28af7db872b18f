// SPDX-License-Identifier: Apache-2.0
// Taking texts of /proc apart from their front; for text of any origin.
#pragma once

#include <algorithm>
#include <string_view>

namespace gander::host {

/// The text up to `separator`, which is taken off `text` together with it.
inline std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

/// The next word of the line; empty at its end.
inline std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const auto word = text.substr(0, text.find_first_of(" \t\n"));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace gander::host
