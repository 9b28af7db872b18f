// SPDX-License-Identifier: Apache-2.0
// Where a user keeps the state of his own containers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "owner/title/state_files.hpp"

namespace gander::owner {

/// The home of a user in the text of a passwd file.
std::optional<std::string> find_home(std::string_view passwd, std::uint32_t uid);

/// `below` in the home of the user; nothing where /etc/passwd does not name it.
std::optional<std::string> find_in_home(const StateFiles& files, std::uint32_t uid,
                                        std::string_view below);

}  // namespace gander::owner
