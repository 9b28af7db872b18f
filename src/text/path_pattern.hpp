// SPDX-License-Identifier: Apache-2.0
// A regular expression that a person typed, for paths that strangers chose: neither can make us
// fail, or work for long.
#pragma once

#include <regex>
#include <string_view>

#include "gander/result.hpp"

namespace gander::text {

/// ECMAScript without back references; matches anywhere in the path unless anchored. A leading `!`
/// negates; `[!]` is the character itself.
class PathPattern {
 public:
  /// Fails with `usage` and the place, counted from 1, where the expression is wrong, or with the
  /// limit where it is too long or repeats too much.
  static Result<PathPattern> parse(std::string_view text);
  /// Time grows with the length of both, never faster. Of a path only the first 4 KiB count.
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  PathPattern(std::regex regex, bool is_negated)
      : regex_(std::move(regex)), is_negated_(is_negated) {}
  std::regex regex_;
  bool is_negated_;
};

}  // namespace gander::text
