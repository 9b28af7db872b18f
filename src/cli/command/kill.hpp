// SPDX-License-Identifier: Apache-2.0
// `gander kill`: ends processes on GPUs.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const KillArguments& arguments);

}  // namespace gander::cli
