// SPDX-License-Identifier: Apache-2.0
// The one rule by which a device is free. Pure; must not read anything.
#pragma once

#include <vector>

#include "gander/availability.hpp"
#include "gander/snapshot.hpp"

namespace gander::choose {

/// Every device of the snapshot, in its order, with what speaks against it. Claims and environments
/// of the snapshot count. The result points into the snapshot.
std::vector<Candidate> examine(const Snapshot& snapshot, const AvailabilityTerms& terms);

}  // namespace gander::choose
