// SPDX-License-Identifier: Apache-2.0
// What is remembered of one process between two looks; the process table's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "host/process_table.hpp"
#include "os/kept_file.hpp"
#include "os/process_stat.hpp"
#include "os/root.hpp"

namespace gander::host {

/// Reads one /proc/PID/stat; the views in `ProcessStat` point into the reader's buffer. Files of
/// processes that are read again and again stay open.
class StatReader {
 public:
  explicit StatReader(os::Root root) : root_(std::move(root)) {}
  Result<os::ProcessStat> read(Pid pid);
  /// Closes the file of a process that nobody asks for any more.
  void forget(Pid pid) { kept_.erase(pid); }

 private:
  /// Open files are few for a process; of very many processes the first are kept open.
  static constexpr std::size_t most_kept = 256;

  os::Root root_;
  std::unordered_map<Pid, os::KeptFile> kept_;
  std::string buffer_;
};

/// One process, identified by its start. Facts that rarely change are read again after an exec
/// (its short name changes), soon after its start, and every half minute.
class KnownProcess {
 public:
  /// Takes note of a process that was not known, or whose number was given to another one.
  KnownProcess(Pid pid, std::uint64_t start_ticks, double start_time);

  [[nodiscard]] std::uint64_t start_ticks() const { return start_ticks_; }
  [[nodiscard]] double start_time() const { return facts_.process.start_time.value(); }
  /// Whether the remembered facts are too old, or were never read.
  [[nodiscard]] bool needs_reading(const os::ProcessStat& stat,
                                   std::chrono::nanoseconds boot) const;
  /// Reads user id, command line, namespaces and cgroup of the process that `stat` showed before.
  void read(const os::Root& root, const os::ProcessStat& stat, std::chrono::nanoseconds boot);
  /// Forgets what was read, because it may be another process's.
  void distrust() { read_at_.reset(); }
  /// Facts and numbers of this moment; `now` is the steady clock, `boot` the clock since boot.
  ProcessFacts look(const os::ProcessStat& stat, std::chrono::nanoseconds now,
                    std::chrono::nanoseconds boot);

  /// Generation of the look that saw it last.
  std::uint64_t generation{};

 private:
  Reading measure_usage(double cpu_seconds, double running, std::chrono::nanoseconds now);

  std::uint64_t start_ticks_;
  ProcessFacts facts_;
  std::optional<std::chrono::nanoseconds> read_at_;  // since boot
  std::string read_name_;  // short name before the reading: an exec in between is seen by it
  bool was_young_{};
  std::optional<std::chrono::nanoseconds> measured_at_;  // steady
  double measured_cpu_{};
  Reading usage_;
};

}  // namespace gander::host
