// SPDX-License-Identifier: Apache-2.0
// Fills lines word by word.
#include "text/wrap.hpp"

#include <algorithm>

#include "text/width.hpp"

namespace gander::text {

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

}  // namespace gander::text
