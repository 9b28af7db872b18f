// SPDX-License-Identifier: Apache-2.0
// One field of CSV after RFC 4180; every writer of CSV quotes with it.
#pragma once

#include <string>
#include <string_view>

#include "text/safe.hpp"

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

/// Foreign text as a field: safe to print, and with a `'` before what a spreadsheet would take for
/// a formula and run. Not for numbers, which may begin with a `-`.
inline std::string quote_text(std::string_view text) {
  auto words = text::safe(text);
  constexpr std::string_view beginnings = "=+-@";
  const bool looks_like_formula =
      !words.empty() && beginnings.find(words.front()) != std::string_view::npos;
  return quote_field(looks_like_formula ? "'" + words : words);
}

}  // namespace gander
