// SPDX-License-Identifier: Apache-2.0
// What is read of a process only while somebody looks at it; the process table's own.
#pragma once

#include "host/process_table.hpp"
#include "os/root.hpp"

namespace gander::host {

/// Reads what `wants` names of the process `into.pid`, and no other file; what is not wanted is
/// `not_sampled`. What belongs to other users may be `no_permission`.
void read_on_demand(const os::Root& root, const ProcessWants& wants, Process& into);

}  // namespace gander::host
