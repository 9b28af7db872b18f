// SPDX-License-Identifier: Apache-2.0
// Finds the user a process runs as.
#pragma once

#include <memory>

#include "owner/finder.hpp"

namespace gander::owner {

/// Labels with the user's name, or the number where it has no name.
std::unique_ptr<Finder> make_user_finder();

}  // namespace gander::owner
