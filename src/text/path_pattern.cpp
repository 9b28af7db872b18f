// SPDX-License-Identifier: Apache-2.0
// The standard library's expressions, run by its executor that never backtracks.
#include "text/path_pattern.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace gander::text {
namespace {

constexpr std::size_t longest_pattern = 256;
constexpr std::size_t longest_path = 4096;
/// Length of the expression times its counted repetitions: what its automaton grows with, and the
/// library walks that by recursion.
constexpr std::size_t largest_automaton = 5000;

std::optional<std::regex> compile(const std::string& text) {
  try {
    // Without this flag `(a+)+$` takes time that doubles with each character of the path.
    return std::regex{
        text, std::regex::ECMAScript | std::regex::nosubs | std::regex_constants::__polynomial};
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

/// Where it goes wrong: behind the longest beginning that is right.
std::size_t find_fault(const std::string& text) {
  auto length = text.size();
  while (length > 0 && !compile(text.substr(0, length - 1))) --length;
  return length;
}

/// The product of all counts: `(a{20}){30}` is 600.
std::size_t count_repetitions(std::string_view text) {
  std::size_t product = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') continue;
    std::size_t largest = 0;
    std::size_t number = 0;
    for (++i; i < text.size() && text[i] != '}'; ++i) {
      const bool is_digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
      number = is_digit ? number * 10 + static_cast<std::size_t>(text[i] - '0') : 0;
      largest = std::max(largest, number);
      if (largest > largest_automaton) return largest;
    }
    product *= std::max<std::size_t>(largest, 1);
    if (product > largest_automaton) break;
  }
  return product;
}

}  // namespace

Result<PathPattern> PathPattern::parse(std::string_view text) {
  const bool is_negated = text.starts_with('!');
  const std::string body{is_negated ? text.substr(1) : text};
  if (body.size() > longest_pattern) {
    return fail(Fault::usage, fmt::format("the regular expression is longer than {} characters",
                                          longest_pattern));
  }
  if (count_repetitions(body) * std::max<std::size_t>(body.size(), 1) > largest_automaton) {
    return fail(Fault::usage, "the regular expression repeats too much; use * or +");
  }
  if (!compile(body)) {
    const auto place = find_fault(body) + (is_negated ? 1 : 0);
    return fail(Fault::usage,
                fmt::format("'{}' is no regular expression: wrong at character {}", text, place));
  }
  // One walk over the whole path: a search would begin anew at each of its characters.
  auto regex = compile("[\\s\\S]*(?:" + body + ")[\\s\\S]*");
  if (!regex) return fail(Fault::usage, "the regular expression is too large");
  return PathPattern{std::move(*regex), is_negated};
}

bool PathPattern::matches(std::string_view path) const {
  path = path.substr(0, longest_path);
  try {
    return std::regex_match(path.begin(), path.end(), regex_) != is_negated_;
  } catch (const std::regex_error&) {
    return false;  // The library's own limits; ours come first.
  }
}

}  // namespace gander::text
