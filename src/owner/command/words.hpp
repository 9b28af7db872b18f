// SPDX-License-Identifier: Apache-2.0
// Taking the arguments of foreign command lines apart.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace gander::owner {

/// Arguments as the process got them; foreign text.
using Arguments = std::span<const std::string>;

/// What follows the last slash.
inline std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// `text` is one of `names`.
template <class Names>
bool is_one_of(std::string_view text, const Names& names) {
  return std::find(std::begin(names), std::end(names), text) != std::end(names);
}

}  // namespace gander::owner
