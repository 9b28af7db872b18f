// SPDX-License-Identifier: Apache-2.0
// The program: understands the command line and runs one command.
#include <unistd.h>

#include <clocale>
#include <exception>
#include <variant>

#include "cli/arguments.hpp"
#include "cli/command/cost.hpp"
#include "cli/command/doctor.hpp"
#include "cli/command/metrics.hpp"
#include "cli/command/sim.hpp"
#include "cli/command/status.hpp"
#include "cli/print.hpp"
#include "os/output.hpp"

namespace gander::cli {
namespace {

ExitCode run(const Reply& reply) {
  if (reply.exit_code == ExitCode::fine) return print(reply.text, ExitCode::fine);
  complain(reply.text);
  return reply.exit_code;
}

int run_command_line(int argc, const char* const* argv) {
  const auto invocation = parse_arguments(argc, argv);
  return std::visit([](const auto& arguments) { return static_cast<int>(run(arguments)); },
                    invocation);
}

}  // namespace
}  // namespace gander::cli

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");
  gander::os::keep_standard_files();
  gander::os::ignore_broken_pipes();
  try {
    return gander::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    gander::cli::complain(error.what());  // Out of memory, or a defect of ours.
    return static_cast<int>(gander::cli::ExitCode::incomplete);
  }
}
