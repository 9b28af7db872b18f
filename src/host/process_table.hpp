// SPDX-License-Identifier: Apache-2.0
// Facts about single processes from /proc, for the processes that use GPUs and their ancestors
// only.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gander/host.hpp"
#include "gander/metric.hpp"
#include "gander/process.hpp"
#include "host/user_names.hpp"
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

/// What a look reads beyond the usual facts. Most cost one or two more files for every process.
struct ProcessWants {
  bool io = false;        ///< Bytes read and written.
  bool switches = false;  ///< Context switches.
  bool places = false;    ///< Working folder and executable.
  bool ancestors = true;  ///< Also all the ancestors of the processes asked for.
  /// Also what descends from the processes asked for: reads a file of every process there is.
  bool descendants = false;
  /// Also the leaders of their sessions, which need not be their ancestors any more.
  bool sessions = false;
  /// Whether more is read of each process.
  [[nodiscard]] bool any() const { return io || switches || places; }
  friend bool operator==(const ProcessWants&, const ProcessWants&) = default;
};
/// What these metrics need; places are no metrics.
ProcessWants find_process_wants(const MetricSet& metrics);

/// A process of which nothing but its number is known, for one reason.
Process make_unknown_process(Pid pid, Presence presence, Missing reason);

/// Reads processes below a root folder; keeps what cannot change while (pid, start ticks) stays.
class ProcessTable {
 public:
  ProcessTable(const os::Root& root, const os::Clock& clock);
  ProcessTable(const os::Root& root, const os::Clock& clock, UserDatabase users);
  ~ProcessTable();
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  /// Facts about `pids` and, if wanted, all their ancestors, descendants and leaders of sessions,
  /// in pid order, each once. A pid without a process is reported with Presence gone, or hidden
  /// where hidepid keeps it from us. `cpu_usage` is the mean since the process started at the first
  /// look, later the mean since the look before. Names of users that were never asked for come from
  /// the user database on a thread of its own; a name that is not there within moments is
  /// `no_data`, and given by a later look.
  std::vector<ProcessFacts> look(std::span<const Pid> pids, const ProcessWants& wants = {});
  /// Fills in the user names that came since the look; waits up to `patience` for those that are
  /// still asked for.
  void name_users(std::span<ProcessFacts> facts, std::chrono::milliseconds patience);
  /// Whether a user name came since the last `look` or `name_users`.
  [[nodiscard]] bool has_new_names() const;
  /// Whether the user database has not answered yet.
  [[nodiscard]] bool is_asking_names() const;
  /// Environment of one process; for `Source::ask`.
  [[nodiscard]] Result<std::vector<std::string>> environment(Pid pid,
                                                             const Known<double>& start_time) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads the host's own numbers; `cpu_utilization` is the mean since boot at the first
/// look, later the mean since the look before; rates are `no_data` at the first look.
class HostReader {
 public:
  HostReader(const os::Root& root, const os::Clock& clock);
  ~HostReader();
  HostReader(const HostReader&) = delete;
  HostReader& operator=(const HostReader&) = delete;
  /// For who looks again and again: `cpu_utilization` is `no_data` at the first look. Without
  /// effect after it.
  void forgo_mean_since_boot();
  /// `wanted`: traffic of disks and network is read only where it is among them.
  Host look(const MetricSet& wanted = MetricSet::usual());

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gander::host
