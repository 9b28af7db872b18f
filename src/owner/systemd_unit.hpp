// SPDX-License-Identifier: Apache-2.0
// Finds the systemd unit a process is part of.
#pragma once

#include <memory>

#include "owner/finder.hpp"

namespace gander::owner {

/// Labels with the unit as systemd spells it.
std::unique_ptr<Finder> make_systemd_unit_finder();

}  // namespace gander::owner
