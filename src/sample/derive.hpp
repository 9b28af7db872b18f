// SPDX-License-Identifier: Apache-2.0
// What no driver tells: changes from one snapshot to the next that are worth an event, and memory
// that is used of the host's. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::sample {

/// By how much a counter grew from one reading to the next. Nothing where either is unknown, and
/// nothing where it fell: its source was restarted, and the new value is the new baseline.
std::optional<double> find_growth(const Reading& before, const Reading& after);

/// Gives each device that shares the host's memory as used memory what its processes use of it:
/// nothing else tells. Stays absent where a process does not tell its part. To be called only where
/// the processes of `snapshot` were looked at.
void derive_shared_memory(Snapshot& snapshot);

/// Says of the used memory of such devices that it was not asked for: where the processes were not.
void leave_out_shared_memory(Snapshot& snapshot);

/// What happened between two snapshots of one machine: a device or driver was lost or came back,
/// a device counted memory errors that could not be corrected. Times are those of `after`.
std::vector<Event> derive_events(const Snapshot& before, const Snapshot& after);

}  // namespace gander::sample
