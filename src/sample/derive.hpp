// SPDX-License-Identifier: Apache-2.0
// What needs two snapshots to be seen: changes that are worth an event. Pure functions.
#pragma once

#include <optional>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::sample {

/// By how much a counter grew from one reading to the next. Nothing where either is unknown, and
/// nothing where it fell: its source was restarted, and the new value is the new baseline.
std::optional<double> find_growth(const Reading& before, const Reading& after);

/// What happened between two snapshots of one machine: a device or driver was lost or came back,
/// a device counted memory errors that could not be corrected. Times are those of `after`.
std::vector<Event> derive_events(const Snapshot& before, const Snapshot& after);

}  // namespace gander::sample
