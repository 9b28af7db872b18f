// SPDX-License-Identifier: Apache-2.0
// Files of single processes that tell what they work on: environment, working folder, connection
// file of a kernel. Each is read once for each run of a program; no secret in them is kept. What
// lies in a home is read elsewhere, and known later.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gander/known.hpp"
#include "host/process_table.hpp"
#include "os/root.hpp"
#include "owner/errand/errands.hpp"
#include "owner/errand/file_lanes.hpp"
#include "owner/jupyter/connection_file.hpp"
#include "owner/jupyter/home_files.hpp"

namespace gander::owner {

/// What is known of one process. Foreign text.
struct Clue {
  /// `NAME=value` of the variables that we use; those that hold tokens are not among them.
  Known<std::vector<std::string>> environment;
  Known<std::string> working_folder;
  Known<std::string> pid_space;  ///< Its PID namespace, as the kernel names it.
  /// For kernels of VS Code: the notebooks in their working folder, by name.
  std::vector<std::string> notebooks;
  Known<jupyter::ConnectionFacts> connection;  ///< `not_sampled` until it was read.

  /// The value of a variable; empty where it is not set, or not known.
  [[nodiscard]] std::string_view variable(std::string_view name) const;
};

/// Whether the files of a process lie below a root that is not ours.
bool is_elsewhere(const host::ProcessFacts& facts);
/// Where the files of a process lie: below its own root, which need not be ours. To be called where
/// one may wait.
os::Root root_of(const os::Root& root, Pid pid, bool is_elsewhere);

/// What reading files of users takes.
struct FileAccess {
  jupyter::HomeFiles files;
  FileLanes lanes;
  Errands errands;

  /// The lane of a job that looks at these paths, as the process sees them.
  std::string lane_of(const host::ProcessFacts& facts, std::span<const std::string> paths);
};

/// Reads and remembers. One thread.
class ClueDesk {
 public:
  /// `access` lives longer than the desk.
  ClueDesk(os::Root root, FileAccess& access) : root_(std::move(root)), access_(access) {}
  /// The clues of a process; `connection_file` as its command line names it, empty: none. Valid
  /// until the next `forget_unseen`.
  const Clue& look(const host::ProcessFacts& facts, std::string_view connection_file = {});
  /// Forgets processes that were not looked at since the last call.
  void forget_unseen();

 private:
  /// What files of its user say of a process.
  struct FileClue {
    std::vector<std::string> notebooks;
    Known<jupyter::ConnectionFacts> connection{Missing::no_data};
  };
  struct Entry {
    std::uint64_t start_ticks{};
    std::vector<std::string> command;  ///< Another one after an exec: everything is read anew.
    Clue clue;
    bool is_seen{};
    std::shared_ptr<Tray<FileClue>> files;  ///< What is still to come; null: nothing.
  };
  struct Wish;
  [[nodiscard]] Clue read(const host::ProcessFacts& facts) const;
  void send_for_files(const host::ProcessFacts& facts, std::string_view connection_file,
                      Entry& entry);
  static FileClue read_files(const Wish& wish);

  os::Root root_;
  FileAccess& access_;
  std::unordered_map<Pid, Entry> entries_;
};

}  // namespace gander::owner
