// SPDX-License-Identifier: Apache-2.0
// The program: understands the command line and runs one command.
#include <unistd.h>

#include <clocale>
#include <exception>
#include <type_traits>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/command/available.hpp"
#include "cli/command/config.hpp"
#include "cli/command/cost.hpp"
#include "cli/command/doctor.hpp"
#include "cli/command/kill.hpp"
#include "cli/command/list.hpp"
#include "cli/command/metrics.hpp"
#include "cli/command/sim.hpp"
#include "cli/command/status.hpp"
#include "cli/command/top.hpp"
#include "cli/command/workloads.hpp"
#include "cli/old_name.hpp"
#include "cli/print.hpp"
#include "os/memory.hpp"
#include "os/output.hpp"

namespace gander::cli {
namespace {

ExitCode run(const Reply& reply) {
  if (reply.exit_code == ExitCode::fine) return print(reply.text, ExitCode::fine);
  complain(reply.text);
  return reply.exit_code;
}

/// The monitor where it is wanted and can be, else the status.
ExitCode show(const StatusArguments& arguments) {
  if (const auto code = run_monitor(arguments)) return *code;
  return run(arguments);
}

template <class Arguments>
int run_command(const Arguments& arguments) {
  if constexpr (std::is_same_v<Arguments, StatusArguments>) {
    return static_cast<int>(show(arguments));
  } else {
    return static_cast<int>(run(arguments));
  }
}

int run_command_line(int argc, const char* const* argv) {
  const auto words = spell_anew(argc, argv);
  std::vector<const char*> spelled;
  spelled.reserve(words.size());
  for (const auto& word : words) spelled.push_back(word.c_str());
  const auto invocation = parse_arguments(static_cast<int>(spelled.size()), spelled.data());
  return std::visit([](const auto& arguments) { return run_command(arguments); }, invocation);
}

}  // namespace
}  // namespace gander::cli

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");
  gander::os::keep_standard_files();
  gander::os::ignore_broken_pipes();
  gander::os::share_one_heap();
  try {
    return gander::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    gander::cli::complain(error.what());  // Out of memory, or a defect of ours.
    return static_cast<int>(gander::cli::ExitCode::incomplete);
  }
}
