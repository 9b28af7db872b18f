// SPDX-License-Identifier: Apache-2.0
// `gander status`: devices, host and GPU processes, once.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const StatusArguments& arguments);

}  // namespace gander::cli
