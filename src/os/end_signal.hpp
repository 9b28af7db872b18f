// SPDX-License-Identifier: Apache-2.0
// Lets a program that runs until it is told to stop notice that it was.
#pragma once

namespace gander::os {

/// From now on SIGINT, SIGTERM and SIGHUP are remembered instead of ending the process; a second
/// one ends it at once with status 0, so that a program that waits for a slow reader ends too.
void catch_end_signals();

/// Whether one of them has come.
[[nodiscard]] bool was_told_to_end();

}  // namespace gander::os
