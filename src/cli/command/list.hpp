// SPDX-License-Identifier: Apache-2.0
// `gander list`: a line for each device.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const ListArguments& arguments);

}  // namespace gander::cli
