// SPDX-License-Identifier: Apache-2.0
// How many columns a text takes, and texts cut or padded to so many. Takes UTF-8 that is safe to
// print (`text/safe.hpp`); never splits a character from its combining marks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace gander::text {

/// Bytes of the first character where it is one that takes one column and never joins another one,
/// as nearly all that is drawn: ASCII that is no control character, boxes, blocks and Braille.
/// 0 for all others and for no text.
constexpr std::size_t simple_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  if (byte(0) >= 0x20 && byte(0) <= 0x7E) return 1;
  if (byte(0) != 0xE2 || text.size() < 3 || (byte(2) & 0xC0U) != 0x80) return 0;
  const bool is_box = byte(1) == 0x94 || byte(1) == 0x95 || (byte(1) == 0x96 && byte(2) < 0xA0);
  const bool is_braille = byte(1) >= 0xA0 && byte(1) <= 0xA3;
  return is_box || is_braille ? 3 : 0;
}

/// Bytes at the beginning of `text` that are printable ASCII: a column each, and safe as they are.
inline std::size_t plain_bytes(std::string_view text) {
  // Eight bytes at once: nearly all text is nothing else, and it is looked at more than once.
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = 0x80 * ones;
  std::size_t plain = 0;
  for (; plain + sizeof(std::uint64_t) <= text.size(); plain += sizeof(std::uint64_t)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, text.data() + plain, sizeof eight);
    // A high bit stands where a byte is above 0x7E, or below 0x20.
    const std::uint64_t above = eight | ((eight & ~highs) + ones);
    const std::uint64_t below = ~((eight | highs) - 0x20 * ones);
    if (((above | below) & highs) != 0) break;
  }
  while (plain < text.size() && text[plain] >= 0x20 && text[plain] <= 0x7E) ++plain;
  return plain;
}

/// Columns of a text of simple characters (`simple_bytes`) only, which is safe as it is; nothing of
/// any other.
inline std::optional<int> simple_columns(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const std::size_t plain = plain_bytes(text);
    const std::size_t bytes = plain > 0 ? plain : simple_bytes(text);
    if (bytes == 0) return std::nullopt;
    columns += plain > 0 ? static_cast<int>(plain) : 1;
    text.remove_prefix(bytes);
  }
  return columns;
}

/// Columns of a terminal that `text` takes: wide characters two, combining marks none.
int display_width(std::string_view text);

/// The longest beginning of `text` that fits into `width` columns, as a count of bytes.
std::size_t fitting_bytes(std::string_view text, int width);

/// `text` without its end so that it fits, with `mark` in place of what is missing.
std::string cut_right(std::string_view text, int width, std::string_view mark = "..");
/// `text` without its beginning so that it fits, with `mark` in place of what is missing.
std::string cut_left(std::string_view text, int width, std::string_view mark = "..");

/// Exactly `width` columns: text at the left, cut at its end if too long.
std::string pad_right(std::string_view text, int width, std::string_view mark = "..");
/// Exactly `width` columns: text at the right, cut at its end if too long.
std::string pad_left(std::string_view text, int width, std::string_view mark = "..");
/// Exactly `width` columns: text in the middle, the odd column at the right.
std::string centre(std::string_view text, int width, std::string_view mark = "..");
/// `text` `count` times; nothing if `count` is not positive.
std::string repeat(std::string_view text, int count);

}  // namespace gander::text
