// SPDX-License-Identifier: Apache-2.0
// The numbers of a process in all PID namespaces that it is in. It must not know what a GPU is.
#pragma once

#include <sys/types.h>

#include <array>

#include "sim/nvml/state.hpp"

namespace gander::sim {

using PidSpaces = std::array<NamespacePid, max_pid_spaces>;

/// The inode that names the PID namespace of this program; 0 where that is not known.
std::uint64_t own_pid_space();

/// The numbers of `pid` from our namespace inwards; at most four. Where the system does not tell,
/// only our own.
PidSpaces find_pid_spaces(pid_t pid);

}  // namespace gander::sim
