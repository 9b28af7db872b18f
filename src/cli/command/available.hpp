// SPDX-License-Identifier: Apache-2.0
// `gander available`: which GPUs are free.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const AvailableArguments& arguments);

}  // namespace gander::cli
