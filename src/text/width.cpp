// SPDX-License-Identifier: Apache-2.0
// Columns, counted cluster by cluster with the Unicode tables of utf8proc.
#include "text/width.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace gander::text {
namespace {

/// One character as a reader sees it: a base with all that combines with it.
struct Cluster {
  std::size_t bytes;
  int columns;
};

struct CodePoint {
  utf8proc_int32_t code;
  std::size_t bytes;
};

CodePoint first_code_point(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
  // An invalid byte shows as one column, whatever the terminal makes of it.
  if (length <= 0) return {0xFFFD, 1};
  return {code, static_cast<std::size_t>(length)};
}

Cluster first_cluster(std::string_view text) {
  // Nearly all text is this: no simple character joins another one, or ends a longer cluster.
  const std::size_t simple = simple_bytes(text);
  if (simple > 0 && (simple == text.size() || simple_bytes(text.substr(simple)) > 0)) {
    return {simple, 1};
  }
  auto last = first_code_point(text);
  Cluster cluster{last.bytes, utf8proc_charwidth(last.code)};
  utf8proc_int32_t state = 0;
  while (cluster.bytes < text.size()) {
    const auto next = first_code_point(text.substr(cluster.bytes));
    if (utf8proc_grapheme_break_stateful(last.code, next.code, &state)) break;
    cluster.bytes += next.bytes;
    cluster.columns += utf8proc_charwidth(next.code);
    last = next;
  }
  return cluster;
}

std::string spaces(int count) {
  // NOLINTNEXTLINE(modernize-return-braced-init-list): braces would make it a list of characters.
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

}  // namespace

int display_width(std::string_view text) {
  if (const auto simple = simple_columns(text)) return *simple;
  int width = 0;
  while (!text.empty()) {
    const auto cluster = first_cluster(text);
    width += cluster.columns;
    text.remove_prefix(cluster.bytes);
  }
  return width;
}

std::size_t fitting_bytes(std::string_view text, int width) {
  if (plain_bytes(text) == text.size()) {
    return std::min(text.size(), static_cast<std::size_t>(std::max(width, 0)));
  }
  std::size_t taken = 0;
  int columns = 0;
  while (taken < text.size()) {
    const auto cluster = first_cluster(text.substr(taken));
    columns += cluster.columns;
    if (columns > width) break;
    taken += cluster.bytes;
  }
  return taken;
}

std::string cut_right(std::string_view text, int width, std::string_view mark) {
  if (display_width(text) <= width) return std::string{text};
  const int room = width - display_width(mark);
  if (room < 0) return std::string{text.substr(0, fitting_bytes(text, width))};
  return std::string{text.substr(0, fitting_bytes(text, room))} + std::string{mark};
}

std::string cut_left(std::string_view text, int width, std::string_view mark) {
  const int whole = display_width(text);
  if (whole <= width) return std::string{text};
  const int room = std::max(width - display_width(mark), 0);
  int left = whole;
  while (!text.empty() && left > room) {
    const auto cluster = first_cluster(text);
    left -= cluster.columns;
    text.remove_prefix(cluster.bytes);
  }
  return cut_right(std::string{mark} + std::string{text}, width, "");
}

std::string pad_right(std::string_view text, int width, std::string_view mark) {
  if (const int missing = width - display_width(text); missing >= 0) {
    return std::string{text}.append(static_cast<std::size_t>(missing), ' ');
  }
  auto cut = cut_right(text, width, mark);
  return cut + spaces(width - display_width(cut));
}

std::string pad_left(std::string_view text, int width, std::string_view mark) {
  if (const int missing = width - display_width(text); missing >= 0) {
    return spaces(missing).append(text);
  }
  const auto cut = cut_right(text, width, mark);
  return spaces(width - display_width(cut)) + cut;
}

std::string centre(std::string_view text, int width, std::string_view mark) {
  const auto cut = cut_right(text, width, mark);
  const int missing = width - display_width(cut);
  return spaces(missing / 2) + cut + spaces(missing - missing / 2);
}

std::string repeat(std::string_view text, int count) {
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(std::max(count, 0)));
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

}  // namespace gander::text
