// SPDX-License-Identifier: Apache-2.0
// Whether there is to be a monitor.
#include "cli/command/top.hpp"

#include "cli/monitor.hpp"

namespace gander::cli {

std::optional<ExitCode> run_monitor(const StatusArguments& arguments) {
  if (arguments.monitor == MonitorWish::no || !has_screen()) return std::nullopt;
  return open_monitor(arguments, {});
}

}  // namespace gander::cli
