// SPDX-License-Identifier: Apache-2.0
// `gander doctor --cost`: what watching this machine costs its driver.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

/// Watches for a while as the monitor would with its default columns, and lists the calls that
/// took.
ExitCode run(const CostArguments& arguments);

}  // namespace gander::cli
