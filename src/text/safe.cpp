// SPDX-License-Identifier: Apache-2.0
// The one filter between foreign bytes and a terminal.
#include "text/safe.hpp"

#include <utf8proc.h>

#include <array>
#include <cstddef>

#include "text/width.hpp"

namespace gander::text {
namespace {

constexpr utf8proc_int32_t replacement = 0xFFFD;
constexpr int marks_kept = 4;

void append(std::string& out, utf8proc_int32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto count = utf8proc_encode_char(code, bytes.data());
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    out.push_back(static_cast<char>(bytes[i]));
  }
}

bool is_variation_selector(utf8proc_int32_t code) {
  return (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF);
}

bool is_invisible(utf8proc_int32_t code, utf8proc_category_t category) {
  // Hangul fillers and the Braille blank are letters by category but draw nothing.
  return category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CO ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
         category == UTF8PROC_CATEGORY_CC || code == 0x115F || code == 0x1160 || code == 0x3164 ||
         code == 0xFFA0;
}

/// What is printed instead of `code`; itself where it is harmless.
utf8proc_int32_t visible(utf8proc_int32_t code, utf8proc_category_t category) {
  if (code >= 0 && code < 0x20) return 0x2400 + code;
  if (code == 0x7F) return 0x2421;
  if (is_invisible(code, category)) return replacement;
  return category == UTF8PROC_CATEGORY_ZS ? ' ' : code;
}

bool is_mark(utf8proc_category_t category) {
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

}  // namespace

std::string safe(std::string_view foreign) {
  if (simple_columns(foreign)) return std::string{foreign};
  std::string out;
  out.reserve(foreign.size());
  int marks = 0;
  while (!foreign.empty()) {
    if (const std::size_t simple = simple_bytes(foreign); simple > 0) {
      out.append(foreign.substr(0, simple));
      foreign.remove_prefix(simple);
      marks = 0;
      continue;
    }
    utf8proc_int32_t code = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(foreign.data());
    const auto length =
        utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(foreign.size()), &code);
    if (length <= 0) {
      append(out, replacement);
      foreign.remove_prefix(1);
      marks = 0;
      continue;
    }
    foreign.remove_prefix(static_cast<std::size_t>(length));
    if (is_variation_selector(code)) continue;
    const auto category = utf8proc_category(code);
    marks = is_mark(category) ? marks + 1 : 0;
    if (marks <= marks_kept) append(out, visible(code, category));
  }
  return out;
}

}  // namespace gander::text
