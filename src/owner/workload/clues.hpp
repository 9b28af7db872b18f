// SPDX-License-Identifier: Apache-2.0
// Files of single processes that tell what they work on: environment, working folder, connection
// file of a kernel. Each is read once for each run of a program; no secret in them is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gander/known.hpp"
#include "host/process_table.hpp"
#include "os/root.hpp"
#include "owner/jupyter/connection_file.hpp"

namespace gander::owner {

/// What is known of one process. Foreign text.
struct Clue {
  /// `NAME=value` of the variables that we use; those that hold tokens are not among them.
  Known<std::vector<std::string>> environment;
  Known<std::string> working_folder;
  Known<std::string> pid_space;  ///< Its PID namespace, as the kernel names it.
  /// For kernels of VS Code: the notebooks in their working folder, by name.
  std::vector<std::string> notebooks;
  Known<jupyter::ConnectionFacts> connection;

  /// The value of a variable; empty where it is not set, or not known.
  [[nodiscard]] std::string_view variable(std::string_view name) const;
};

/// Where the files of a process lie: below its own root, which need not be ours.
os::Root root_of(const os::Root& root, const host::ProcessFacts& facts);

/// Reads and remembers. One thread.
class ClueDesk {
 public:
  explicit ClueDesk(const os::Root& root) : root_(root) {}
  /// The clues of a process; `connection_file` as its command line names it, empty: none. Valid
  /// until the next `forget_unseen`.
  const Clue& look(const host::ProcessFacts& facts, std::string_view connection_file = {});
  /// Forgets processes that were not looked at since the last call.
  void forget_unseen();

 private:
  struct Entry {
    std::uint64_t start_ticks{};
    std::vector<std::string> command;  ///< Another one after an exec: everything is read anew.
    Clue clue;
    bool is_seen{};
  };
  [[nodiscard]] Clue read(const host::ProcessFacts& facts, std::string_view connection_file) const;

  os::Root root_;
  std::unordered_map<Pid, Entry> entries_;
};

}  // namespace gander::owner
