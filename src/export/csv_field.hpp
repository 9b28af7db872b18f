// SPDX-License-Identifier: Apache-2.0
// One field of CSV after RFC 4180; every writer of CSV quotes with it.
#pragma once

#include <string>

namespace gander {

/// `text` in quotes where it needs them: separators, quotes, line ends, blanks at its ends.
inline std::string quote_field(const std::string& text) {
  const bool is_plain = text.find_first_of(",\"\r\n") == std::string::npos &&
                        !text.starts_with(' ') && !text.ends_with(' ');
  if (is_plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace gander
