// SPDX-License-Identifier: Apache-2.0
// `gander sim`: runs, lists and changes simulated machines.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

/// The exit code of the command that ran on the machine, or of our own failure.
int run(const SimRunArguments& arguments);
ExitCode run(const SimListArguments& arguments);
ExitCode run(const SimSetArguments& arguments);
int run(const SimHoldArguments& arguments);
/// `gander sim record`: writes what the driver answers as a machine file.
ExitCode run(const SimRecordArguments& arguments);

}  // namespace gander::cli
