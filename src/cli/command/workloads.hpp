// SPDX-License-Identifier: Apache-2.0
// `gander notebooks` and `gander devices`: what is on which GPU, once or again
// and again.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const WorkloadArguments& arguments);

}  // namespace gander::cli
