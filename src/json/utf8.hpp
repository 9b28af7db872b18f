// SPDX-License-Identifier: Apache-2.0
// Walks bytes of unknown origin as UTF-8. Knows nothing about JSON, nor about how text looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gander::json {

/// What stands in place of bytes that are not UTF-8.
inline constexpr std::uint32_t replacement_character = 0xFFFD;

/// One character and how many bytes it took; at least one.
struct Character {
  std::uint32_t code{};
  std::size_t length{};
  bool is_valid{};  ///< False where the bytes are no UTF-8; `code` is then U+FFFD.
};

/// The first character of `bytes`, which must not be empty. Bytes that are no UTF-8 are taken as
/// the Unicode standard recommends (maximal subpart): one replacement for each broken sequence.
Character next_character(std::string_view bytes);

/// Adds the UTF-8 form of `code`, which must be a Unicode scalar value, to `out`.
void append_character(std::string& out, std::uint32_t code);

/// `bytes` with everything that is no UTF-8 replaced by U+FFFD.
std::string make_valid_utf8(std::string_view bytes);

}  // namespace gander::json
