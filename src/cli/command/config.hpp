// SPDX-License-Identifier: Apache-2.0
// `gander config`: the settings of the monitor, and where each comes from.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const ConfigArguments& arguments);

}  // namespace gander::cli
