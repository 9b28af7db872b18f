// SPDX-License-Identifier: Apache-2.0
// Printing of whole texts: results to standard output, complaints as single lines to standard
// error.
#pragma once

#include <string_view>

#include "cli/exit_code.hpp"
#include "gander/result.hpp"

namespace gander::cli {

/// Writes a result. A reader that went away (`gander | head`) is no error; a full disk is.
[[nodiscard]] ExitCode print(std::string_view text, ExitCode otherwise);

/// Writes `gander: MESSAGE` to standard error, made safe and on one line.
void complain(std::string_view message);

/// Writes lines that were asked for beside the result to standard error, as they are.
void note(std::string_view lines);

/// Complains and gives the exit code of such a failure.
[[nodiscard]] ExitCode complain(const Error& error);

}  // namespace gander::cli
