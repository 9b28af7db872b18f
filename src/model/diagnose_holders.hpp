// SPDX-License-Identifier: Apache-2.0
// Memory of devices whose holder cannot be seen, and what to do about each kind.
#pragma once

#include <vector>

#include "gander/finding.hpp"
#include "gander/snapshot.hpp"

namespace gander {

/// One finding for each kind of holder that is no ordinary process here: zombies, processes outside
/// of this PID namespace, hidden ones. Each names numbers, devices and, where known, how much.
std::vector<Finding> diagnose_holders(const Snapshot& snapshot);

}  // namespace gander
