// SPDX-License-Identifier: Apache-2.0
// Who a process is on the screen.
#include "tui/view/view_state.hpp"

namespace gander::tui {

ProcessKey key_of(const Process& process) {
  ProcessKey key;
  key.pid = process.pid;
  if (process.start_ticks.is_known()) key.start_ticks = process.start_ticks.value();
  return key;
}

}  // namespace gander::tui
