// SPDX-License-Identifier: Apache-2.0
// The only place that writes to standard output and standard error.
#include "cli/print.hpp"

#include <unistd.h>

#include <string>

#include "os/output.hpp"
#include "text/safe.hpp"

namespace gander::cli {

ExitCode print(std::string_view text, ExitCode otherwise) {
  if (const auto written = os::write_all(STDOUT_FILENO, text); !written) {
    return complain(written.error());
  }
  return otherwise;
}

void complain(std::string_view message) {
  // Nothing is left to tell it to if standard error is gone as well.
  static_cast<void>(os::write_all(STDERR_FILENO, "gander: " + text::safe(message) + "\n"));
}

void note(std::string_view lines) { static_cast<void>(os::write_all(STDERR_FILENO, lines)); }

ExitCode complain(const Error& error) {
  complain(error.message);
  return exit_code_for(error.fault);
}

}  // namespace gander::cli
