// SPDX-License-Identifier: Apache-2.0
// The driver library of a running machine, in the folder its command finds it in. It must not know
// what the machine is like beside its driver branch.
#pragma once

#include <string>

#include "gander/result.hpp"
#include "sim/nvml/branch_copy.hpp"
#include "sim/sim.hpp"

namespace gander::sim {

/// Makes `FOLDER/lib` with the library as `branch` has it, under both its names. Returns that
/// folder; fails as write_branch_copy does.
Result<std::string> make_library(const std::string& folder, const SimulatorFiles& files,
                                 Branch branch);

/// Replaces the library of the machine in `folder`, as a package does: who has loaded the old one
/// keeps it. Does nothing where the machine has none.
Result<void> install_library(const std::string& folder, Branch branch);

}  // namespace gander::sim
