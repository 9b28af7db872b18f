// SPDX-License-Identifier: Apache-2.0
// `gander top`, and plain `gander` on a terminal: the monitor.
#pragma once

#include <optional>

#include "cli/arguments.hpp"

namespace gander::cli {

/// Runs the monitor if it is wanted and there is a terminal for it, and leaves the program. Comes
/// back with an exit code where it could not begin, and with nothing where the status is to be
/// printed instead.
std::optional<ExitCode> run_monitor(const StatusArguments& arguments);

}  // namespace gander::cli
