// SPDX-License-Identifier: Apache-2.0
// What a Python interpreter was told to run: a pure function of its arguments, because names of
// processes are changed by the programs themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "owner/command/words.hpp"

namespace gander::owner {

enum class PythonTask : std::uint8_t {
  script,       ///< A file.
  module,       ///< `-m NAME`.
  text,         ///< `-c TEXT`.
  interactive,  ///< Nothing, or standard input.
};

/// Views into the arguments.
struct PythonCommand {
  PythonTask task{};
  std::string_view name;  ///< The file as it was given, or the module; empty for other tasks.
  Arguments rest;         ///< The arguments of the task.
};

/// Whether this is the name of a Python interpreter: `python3.11`, `/opt/bin/pypy3`.
bool is_python(std::string_view program);

/// Nothing where the first argument is no Python interpreter.
std::optional<PythonCommand> parse_python(Arguments arguments);

/// Whether it is a worker that the multiprocessing module of another Python process started: it
/// runs what its parent runs.
bool is_multiprocessing(const PythonCommand& command, Arguments arguments);

}  // namespace gander::owner
