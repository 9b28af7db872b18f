// SPDX-License-Identifier: Apache-2.0
// Decodes and encodes UTF-8 after table 3-7 of the Unicode standard.
#include "json/utf8.hpp"

#include <cassert>

namespace gander::json {
namespace {

/// What a lead byte promises: how many bytes follow, its own bits, and the range of the second.
struct Lead {
  std::size_t following{};
  std::uint32_t bits{};
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xBF;
};

Lead make_lead(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, byte & 0x1FU};
  if (byte == 0xE0) return {2, 0, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0xD, 0x80, 0x9F};  // above are surrogates
  if (byte >= 0xE1 && byte <= 0xEF) return {2, byte & 0xFU};
  if (byte == 0xF0) return {3, 0, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, byte & 7U};
  if (byte == 0xF4) return {3, 4, 0x80, 0x8F};  // above is past U+10FFFF
  return {};
}

char to_byte(std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

}  // namespace

Character next_character(std::string_view bytes) {
  assert(!bytes.empty());
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first < 0x80) return {first, 1, true};
  const Lead lead = make_lead(first);
  std::uint32_t code = lead.bits;
  for (std::size_t i = 1; i <= lead.following; ++i) {
    if (i >= bytes.size()) return {replacement_character, i, false};
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const unsigned char low = i == 1 ? lead.second_low : 0x80;
    const unsigned char high = i == 1 ? lead.second_high : 0xBF;
    if (byte < low || byte > high) return {replacement_character, i, false};
    code = (code << 6U) | (byte & 0x3FU);
  }
  if (lead.following == 0) return {replacement_character, 1, false};
  return {code, lead.following + 1, true};
}

void append_character(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += to_byte(code);
    return;
  }
  if (code < 0x800) {
    out += to_byte(0xC0U | (code >> 6U));
  } else if (code < 0x10000) {
    out += to_byte(0xE0U | (code >> 12U));
    out += to_byte(0x80U | ((code >> 6U) & 0x3FU));
  } else {
    out += to_byte(0xF0U | (code >> 18U));
    out += to_byte(0x80U | ((code >> 12U) & 0x3FU));
    out += to_byte(0x80U | ((code >> 6U) & 0x3FU));
  }
  out += to_byte(0x80U | (code & 0x3FU));
}

std::string make_valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = next_character(bytes);
    append_character(out, character.code);
    bytes.remove_prefix(character.length);
  }
  return out;
}

}  // namespace gander::json
