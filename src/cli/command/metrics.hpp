// SPDX-License-Identifier: Apache-2.0
// `gander metrics`: every number gander knows, and which of them this machine has.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const MetricsArguments& arguments);

}  // namespace gander::cli
