// SPDX-License-Identifier: Apache-2.0
// The monitor as commands open it: wires sampler, configuration and terminal into it, and ends the
// program at once when it ends.
#pragma once

#include <functional>
#include <string>

#include "cli/arguments.hpp"
#include "tui/app/app.hpp"

namespace gander::cli {

/// What a command that opens the monitor has to say beside options and configuration.
struct MonitorStart {
  /// Changes what is shown first; null: nothing.
  std::function<void(tui::ViewState&)> prepare;
  /// What stays on the terminal where the monitor ended on the screen it began with; null: the
  /// status.
  std::function<std::string(const tui::AppEnd&)> write_last;
  /// Whether a process is one that was asked for also where it is on no device.
  bool lists_all_processes = false;
  bool has_colors = true;
};

/// Whether input and output are a terminal on which a screen can be drawn.
bool has_screen();

/// Runs the monitor and leaves the program. Comes back only with the exit code of a monitor that
/// could not begin, or with nothing where it was not wanted after all: `maybe` was, and the
/// configuration is against it.
std::optional<ExitCode> open_monitor(const StatusArguments& arguments, const MonitorStart& start);

}  // namespace gander::cli
