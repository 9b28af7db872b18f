// SPDX-License-Identifier: Apache-2.0
// What somebody probably meant who misspelled a name. Knows nothing of what the names are of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander::text {

/// The name that takes the fewest changes of single characters to become `word`; the first of
/// several. Empty where none is near: more than a third of its characters would have to change.
std::string find_nearest(std::string_view word, const std::vector<std::string>& names);

}  // namespace gander::text
