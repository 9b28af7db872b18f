// SPDX-License-Identifier: Apache-2.0
// Sending signals, as views see it. Who has no `ProcessControl` cannot send any: that is what
// read-only means.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "gander/process.hpp"
#include "gander/result.hpp"

namespace gander {

/// A hold on one process, verified by its start when it was made; never slips to another process
/// that got the same number.
class HeldProcess {
 public:
  HeldProcess() = default;
  HeldProcess(const HeldProcess&) = delete;
  HeldProcess& operator=(const HeldProcess&) = delete;
  virtual ~HeldProcess() = default;
  [[nodiscard]] virtual Pid pid() const = 0;
  /// Sends a signal. Fails with no_permission, or not_found where the process has ended.
  virtual Result<void> send_signal(int signal) = 0;
  /// Whether it has ended; never waits.
  [[nodiscard]] virtual bool has_ended() const = 0;
};

/// Finds and holds processes of this machine. Called from one thread.
class ProcessControl {
 public:
  ProcessControl() = default;
  ProcessControl(const ProcessControl&) = delete;
  ProcessControl& operator=(const ProcessControl&) = delete;
  virtual ~ProcessControl() = default;
  /// Holds the process if it is present, of our own PID namespace and still the one that was seen
  /// (`start_ticks`). Refuses zombies, process 1 and ourselves. Fails with not_found,
  /// no_permission, not_supported or usage.
  virtual Result<std::unique_ptr<HeldProcess>> hold(const Process& process) = 0;
  /// The processes that descend from it now, itself not among them; each with pid, start_ticks,
  /// user and name.
  virtual std::vector<Process> find_descendants(const Process& process) = 0;
};

}  // namespace gander
