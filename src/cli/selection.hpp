// SPDX-License-Identifier: Apache-2.0
// Which devices and processes the command line asks for, and what it asks for in vain.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "gander/select.hpp"
#include "gander/snapshot.hpp"

namespace gander::cli {

/// What is asked for, of the devices of this snapshot.
Selection find_selection(const StatusArguments& arguments, const Snapshot& snapshot);

/// Whose memory counts as free: nobody's where it was not asked for, with no name the viewer's.
std::vector<std::string> find_free_users(const std::optional<std::vector<std::string>>& asked);

/// Takes out the processes that are in the snapshot, on a device or not.
void forget_present(std::vector<Pid>& pids, const Snapshot& snapshot);

/// One line for each part of what was asked for of devices and processes that had no effect. Asks
/// no user database.
std::vector<std::string> find_device_mistakes(const StatusArguments& arguments,
                                              const Snapshot& snapshot, const Selection& selection);
/// The same and what was asked for of users.
std::vector<std::string> find_mistakes(const StatusArguments& arguments, const Snapshot& snapshot,
                                       const Selection& selection);

}  // namespace gander::cli
