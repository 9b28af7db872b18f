// SPDX-License-Identifier: Apache-2.0
// One to four bytes for a character.
#include "text/utf8.hpp"

namespace gander::text {

std::string write_utf8(char32_t character) {
  const auto byte = [](char32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value));
  };
  const auto rest = [&](unsigned shift) { return byte(0x80U | ((character >> shift) & 0x3fU)); };
  if (character < 0x80U) return {byte(character)};
  if (character < 0x800U) return {byte(0xc0U | (character >> 6U)), rest(0)};
  if (character < 0x10000U) return {byte(0xe0U | (character >> 12U)), rest(6), rest(0)};
  return {byte(0xf0U | (character >> 18U)), rest(12), rest(6), rest(0)};
}

}  // namespace gander::text
