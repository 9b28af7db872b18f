// SPDX-License-Identifier: Apache-2.0
// What stands where there is nothing to show: why there are no devices or processes, and what would
// help.
#pragma once

#include <string>

#include "gander/snapshot.hpp"
#include "tui/view/view_state.hpp"

namespace gander::tui {

/// Why no device is shown, in one sentence.
std::string absence_of_devices(const Snapshot& snapshot);
/// What would help where it is a driver that does not work; else empty.
std::string remedy_for_devices(const Snapshot& snapshot);
/// Why no process is shown: nobody, nobody asked for, nobody we can see, or that nobody could be
/// asked.
std::string absence_of_processes(const Snapshot& snapshot);
/// Whose processes could not be listed, where those of other GPUs could; else empty.
std::string gaps_in_processes(const Snapshot& snapshot);

}  // namespace gander::tui
