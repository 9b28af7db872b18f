// SPDX-License-Identifier: Apache-2.0
// The translation of drawing characters into ASCII.
#include "text/ascii.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace gander::text {
namespace {

/// The ASCII character for a drawing character; 0 if it is none.
char drawing(utf8proc_int32_t code) {
  switch (code) {
    case U'─':
    case U'╴':
    case U'╶':
    case U'╌':
      return '-';
    case U'═':
      return '=';
    case U'│':
    case U'║':
    case U'┃':
    case U'├':
    case U'┤':
    case U'╞':
    case U'╡':
      return '|';
    case U'↑':
    case U'▲':
      return '^';
    case U'↓':
    case U'▼':
      return 'v';
    case U'…':
    case U'·':
      return '.';
    default:
      break;
  }
  if (code >= 0x2500 && code <= 0x257F) return '+';
  if (code == U'░') return '.';
  if (code >= 0x2580 && code <= 0x259F) return '|';
  if (code >= 0x2800 && code <= 0x28FF) return '=';
  return '\0';
}

}  // namespace

std::string to_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    utf8proc_int32_t code = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
    text.remove_prefix(static_cast<std::size_t>(std::max<utf8proc_ssize_t>(length, 1)));
    if (length == 1) {
      out.push_back(static_cast<char>(code));
    } else if (length < 1) {
      out.push_back('?');
    } else if (const char translated = drawing(code); translated != '\0') {
      out.push_back(translated);
    } else {
      out.append(static_cast<std::size_t>(std::max(utf8proc_charwidth(code), 0)), '?');
    }
  }
  return out;
}

}  // namespace gander::text
