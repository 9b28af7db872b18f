// SPDX-License-Identifier: Apache-2.0
// Reads a whole number that is all of a text. It knows no units and no blanks around it.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace gander {

/// The number that `text` is from its first to its last character, in `base` and without a prefix
/// such as 0x; absent for anything else: empty, blanks, a `+`, more than `Number` holds. Only
/// signed types take a `-`.
template <std::integral Number>
std::optional<Number> find_whole_number(std::string_view text, int base = 10) {
  Number value{};
  const char* end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` carries the size
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace gander
