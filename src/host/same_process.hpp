// SPDX-License-Identifier: Apache-2.0
// Whether a number still belongs to the process that had it: what was read by number is that one's
// only then.
#pragma once

#include <cstdint>

#include "gander/process.hpp"
#include "os/root.hpp"

namespace gander::host {

/// Whether the process `pid` is there and began at `start_ticks`.
bool is_same_process(const os::Root& root, Pid pid, std::uint64_t start_ticks);

}  // namespace gander::host
