// SPDX-License-Identifier: Apache-2.0
// Says where a text that is not JSON stops being JSON. Used only after the fast parser refused it,
// which does not tell.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace gander::json {

/// The first byte that cannot be part of the text, and why in a few words.
struct SyntaxProblem {
  std::size_t offset{};
  std::string_view what;
};

/// The first problem of `text`; nothing where its grammar is right.
std::optional<SyntaxProblem> find_syntax_problem(std::string_view text);

}  // namespace gander::json
