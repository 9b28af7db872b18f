// SPDX-License-Identifier: Apache-2.0
// Signals to processes of this machine. Knows no view: who shall not send any is not given one.
#pragma once

#include <memory>

#include "gander/process_control.hpp"
#include "os/root.hpp"

namespace gander::host {

/// Controls the processes of this machine through pidfds. `root` is where /proc is read for
/// descendants; what is held and signalled is always of the running system.
std::unique_ptr<ProcessControl> make_process_control(const os::Root& root = os::Root{});

}  // namespace gander::host
