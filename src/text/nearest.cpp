// SPDX-License-Identifier: Apache-2.0
// Counts the changes between two words, row by row of the usual table.
#include "text/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace gander::text {
namespace {

/// Longer words are nobody's slip of the finger.
constexpr std::size_t longest_word = 100;

std::size_t count_changes(std::string_view from, std::string_view to) {
  std::vector<std::size_t> above(to.size() + 1);
  for (std::size_t i = 0; i < above.size(); ++i) above[i] = i;
  auto row = above;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = above[j - 1] + (from[i - 1] == to[j - 1] ? 0U : 1U);
      row[j] = std::min({changed, above[j] + 1, row[j - 1] + 1});
    }
    std::swap(above, row);
  }
  return above.back();
}

}  // namespace

std::string find_nearest(std::string_view word, const std::vector<std::string>& names) {
  if (word.empty() || word.size() > longest_word) return {};
  std::string nearest;
  auto fewest = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const auto& name : names) {
    const auto changes = count_changes(word, name);
    if (changes >= fewest) continue;
    fewest = changes;
    nearest = name;
  }
  return nearest;
}

}  // namespace gander::text
