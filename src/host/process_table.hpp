// SPDX-License-Identifier: Apache-2.0
// Facts about single processes from /proc, for the processes that use GPUs and their ancestors
// only.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gander/host.hpp"
#include "gander/process.hpp"
#include "os/clock.hpp"
#include "os/root.hpp"

namespace gander::host {

/// What owner finders need beyond the model's `Process`. Foreign text throughout.
struct ProcessFacts {
  Process process;                         ///< Readings filled as far as one look allows.
  Known<std::string> cgroup;               ///< The file's text.
  Known<std::vector<Pid>> namespace_pids;  ///< NSpid: outermost as seen from here first.
  double cpu_seconds{};                    ///< User and system time; meaningful where present.
};

/// A process of which nothing but its number is known, for one reason.
Process make_unknown_process(Pid pid, Presence presence, Missing reason);

/// Reads processes below a root folder; keeps what cannot change while (pid, start ticks) stays.
class ProcessTable {
 public:
  ProcessTable(const os::Root& root, const os::Clock& clock);
  ~ProcessTable();
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  /// Facts about `pids` and all their ancestors, in pid order, each once. A pid without a process
  /// is reported with Presence gone, or hidden where hidepid keeps it from us. `cpu_usage` is the
  /// mean since the process started at the first look, later the mean since the look before.
  std::vector<ProcessFacts> look(std::span<const Pid> pids);
  /// Environment of one process; for `Source::ask`.
  [[nodiscard]] Result<std::vector<std::string>> environment(Pid pid,
                                                             const Known<double>& start_time) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads the host's own numbers; `cpu_utilization` is the mean since boot at the first
/// look, later the mean since the look before.
class HostReader {
 public:
  HostReader(const os::Root& root, const os::Clock& clock);
  ~HostReader();
  HostReader(const HostReader&) = delete;
  HostReader& operator=(const HostReader&) = delete;
  Host look();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gander::host
