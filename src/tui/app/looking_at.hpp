// SPDX-License-Identifier: Apache-2.0
// What the tests of screens share: somebody who looks at one of them.
#pragma once

#include <fmt/format.h>

#include "tui/app/frame_test.hpp"

namespace gander::tui::frame_test {

/// Somebody looks at `screen` of the snapshot, with the first process selected.
inline ViewState looking_at(Screen screen, const Snapshot& snapshot) {
  auto state = make_state();
  state.screen = screen;
  for (const Process& process : snapshot.processes) {
    if (process.uses.empty() || state.selected) continue;
    state.selected = RowKey{key_of(process), process.uses.front().device};
  }
  if (!state.selected) return state;
  state.environment_of = state.selected->process;
  state.is_environment_known = true;
  state.environment = {"PATH=/usr/bin:/bin",
                       "WANDB_API_KEY=0123456789abcdef",
                       "HOME=/home/alice",
                       "BASH_FUNC_x%%=() {\n echo \x1b[31m\n}",
                       "XAUTHORITY=/home/alice/.Xauthority",
                       "DB_URL=postgres://app:hunter2@db/x",
                       "EMPTY_TOKEN=",
                       "NOEQUALS"};
  return state;
}

}  // namespace gander::tui::frame_test
