// SPDX-License-Identifier: Apache-2.0
// The private folder a running machine lives in, and finding those of others. It must not know
// what is in a machine.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gander/result.hpp"
#include "sim/nvml/state_file.hpp"
#include "sim/sim.hpp"

namespace gander::sim {

/// Owns `$XDG_RUNTIME_DIR/gander-sim/NAME-PID` (or `/tmp/gander-sim-UID/…`), readable by this user
/// only, and removes it at its end. A lock on it tells others that its launcher lives.
class RunFolder {
 public:
  /// Makes one, and removes those whose launchers are dead. Fails with no_permission (the place
  /// belongs to somebody else) or operating_system.
  static Result<RunFolder> make(const std::string& machine);
  RunFolder(RunFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  RunFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

/// The machines of this user whose launchers live.
std::vector<RunningMachine> find_running();

/// The state of the machine in `folder`; where it is none, the message says what to do.
Result<StateFile> open_machine(const std::string& folder);
/// The state of the machine that GANDER_SIM names, or of the only one that runs. Fails with
/// not_found, or with usage where several run.
Result<StateFile> open_addressed();
/// Its folder.
Result<std::string> find_addressed();

}  // namespace gander::sim
