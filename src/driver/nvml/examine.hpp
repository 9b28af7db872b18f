// SPDX-License-Identifier: Apache-2.0
// What the files of NVIDIA's kernel driver say about this machine, without touching a GPU.
#pragma once

#include <string>
#include <vector>

#include "gander/finding.hpp"
#include "os/root.hpp"

namespace gander::driver::nvml {

/// Looks at the kernel module, the device nodes and their permissions. `library_version` is the
/// version of the driver library, where one was loaded: the two must match.
std::vector<Finding> examine(const os::Root& root, const Known<std::string>& library_version);

}  // namespace gander::driver::nvml
