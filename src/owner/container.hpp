// SPDX-License-Identifier: Apache-2.0
// Finds the container a process runs in.
#pragma once

#include <memory>

#include "owner/finder.hpp"

namespace gander::owner {

/// Labels with the container's id, or the name of an LXC or machined one.
std::unique_ptr<Finder> make_container_finder();

}  // namespace gander::owner
