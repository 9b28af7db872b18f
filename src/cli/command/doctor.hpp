// SPDX-License-Identifier: Apache-2.0
// `gander doctor`: what works on this machine, what does not, and what to do about it.
#pragma once

#include "cli/arguments.hpp"

namespace gander::cli {

ExitCode run(const DoctorArguments& arguments);

}  // namespace gander::cli
