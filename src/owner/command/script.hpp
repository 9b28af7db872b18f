// SPDX-License-Identifier: Apache-2.0
// What a process runs, in a name that a person would use for it: a pure function of arguments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "owner/command/words.hpp"

namespace gander::owner {

/// What sort of program a command line starts.
enum class TaskKind : std::uint8_t {
  script,    ///< A Python file or module.
  launcher,  ///< A launcher of ranks (torchrun, accelerate …); the name is that of what it starts.
  worker,    ///< Does what its parent does: multiprocessing, or a title a program gave itself.
  python,    ///< Python without a file: a prompt, or text on the command line.
  program,   ///< Anything else.
};

/// A named task.
struct Task {
  TaskKind kind{};
  std::string name;  ///< `train.py`, `pkg.mod`, `blender`; foreign text.
  std::string file;  ///< The file as it was given, perhaps relative; empty: none is named.
};

/// Never fails: a command line that says nothing gives its first word.
Task name_task(Arguments arguments);

/// Whether it serves an editor and works on nothing itself: a language server, VS Code's watchers
/// of kernels.
bool is_editor_helper(Arguments arguments);

/// The notebook that a batch runner (papermill, nbconvert, nbclient, nbmake) executes, as it was
/// given: its first `.ipynb` argument. Nothing for any other command.
std::optional<std::string> find_batch_notebook(Arguments arguments);

}  // namespace gander::owner
