// SPDX-License-Identifier: Apache-2.0
// Fills lines word by word.
#include "text/wrap.hpp"

#include <algorithm>

#include "text/width.hpp"

namespace gander::text {
namespace {

/// Where to end a line of at most `width` columns: at a space where there is one.
std::size_t line_end(std::string_view sentence, int width) {
  const auto fitting = std::max<std::size_t>(fitting_bytes(sentence, width), 1);
  if (fitting >= sentence.size()) return sentence.size();
  const auto space = sentence.rfind(' ', fitting);
  return space == std::string_view::npos || space == 0 ? fitting : space;
}

}  // namespace

std::vector<std::string> wrap(std::string_view words, int width) {
  std::vector<std::string> lines(1);
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    const std::string word{words.substr(0, end)};
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    auto& line = lines.back();
    const int room = width - display_width(line) - 1;
    if (line.empty()) {
      line = cut_right(word, width);
    } else if (display_width(word) <= room) {
      line += ' ' + word;
    } else {
      lines.push_back(cut_right(word, width));
    }
  }
  return lines;
}

std::vector<std::string> wrap_whole(std::string_view words, int width) {
  std::vector<std::string> lines;
  do {
    const auto end = line_end(words, width);
    lines.emplace_back(words.substr(0, end));
    words.remove_prefix(end);
    while (words.starts_with(' ')) words.remove_prefix(1);
  } while (!words.empty());
  return lines;
}

}  // namespace gander::text
