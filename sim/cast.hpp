// SPDX-License-Identifier: Apache-2.0
// The living processes of a machine: starts the placeholders of a description, learns their PIDs
// and notices their ends. It must not know of commands or folders.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gander/result.hpp"
#include "sim/machine/description.hpp"

namespace gander::sim {

/// All placeholders of one machine; they end with this object, or with this program.
class Cast {
 public:
  /// Starts them with the program `actor` and waits until each reported its PID. Fails with
  /// not_found, operating_system or timed_out.
  static Result<Cast> start(const std::vector<ProcessDescription>& processes,
                            const std::string& actor);
  Cast(Cast&& other) noexcept
      : life_(std::exchange(other.life_, -1)),
        own_(std::move(other.own_)),
        pids_(std::move(other.pids_)),
        described_(std::move(other.described_)) {}
  Cast& operator=(Cast&&) = delete;
  ~Cast();

  /// The accounts that only this machine has, each once, as lines of /etc/passwd.
  [[nodiscard]] std::string accounts() const;
  /// One row for each use of a GPU, with real PIDs.
  [[nodiscard]] std::vector<Process> rows() const;
  /// PIDs of those that ended since, though they were to live. Calls nothing that blocks.
  [[nodiscard]] std::vector<std::uint32_t> take_ended();
  /// A child of this program was waited for elsewhere; true where it was one of ours.
  bool forget_child(pid_t pid);

 private:
  explicit Cast(int life) : life_(life) {}
  int life_;                 ///< writing end of the pipe whose end ends the placeholders
  std::vector<pid_t> own_;   ///< direct children not yet waited for
  std::vector<pid_t> pids_;  ///< by place in `described_`; 0: known to have ended
  std::vector<const ProcessDescription*> described_;
};

}  // namespace gander::sim
