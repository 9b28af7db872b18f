// SPDX-License-Identifier: Apache-2.0
// A hold on one process that cannot slip to another one that got the same number.
#pragma once

#include <chrono>
#include <cstdint>

#include "gander/process.hpp"
#include "gander/result.hpp"
#include "os/file_descriptor.hpp"

namespace gander::os {

/// A pidfd whose process was verified by its start.
class ProcessHandle {
 public:
  /// Holds the process `pid` that started `start_ticks` after boot. Fails with not_found where it
  /// ended or another one has the number, with usage for process 1 and for ourselves, with
  /// not_supported before Linux 5.3.
  static Result<ProcessHandle> open(Pid pid, std::uint64_t start_ticks);

  /// Sends a signal. Fails with no_permission, or not_found where the process has ended.
  [[nodiscard]] Result<void> send_signal(int signal) const;
  /// Waits until the process has ended: true; false where `timeout` passed before. A zombie has
  /// ended.
  [[nodiscard]] Result<bool> wait(std::chrono::milliseconds timeout) const;
  [[nodiscard]] Pid pid() const { return pid_; }

 private:
  ProcessHandle(FileDescriptor file, Pid pid) : file_(std::move(file)), pid_(pid) {}
  FileDescriptor file_;
  Pid pid_;
};

/// Whether a process has this number in our PID namespace, also where hidepid hides it.
[[nodiscard]] bool process_exists(Pid pid);

}  // namespace gander::os
