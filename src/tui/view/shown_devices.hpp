// SPDX-License-Identifier: Apache-2.0
// Which devices the user wants to see, and how each stands out.
#pragma once

#include <vector>

#include "gander/snapshot.hpp"
#include "tui/screen/style.hpp"
#include "tui/view/view_state.hpp"

namespace gander::tui {

/// The devices the command line asks for, in index order.
std::vector<const Device*> shown_devices(const Snapshot& snapshot, const ViewState& state);
/// Whether a use of a process is in sight: asked for by the command line, and let through by the
/// filter.
bool is_in_sight(const Snapshot& snapshot, const ViewState& state, const Process& process,
                 const Use& use);
/// The colour of what is said of a device: how busy it is, or that it is broken.
Role role_of(const Snapshot& snapshot, const ViewState& state, const Device& device);

}  // namespace gander::tui
