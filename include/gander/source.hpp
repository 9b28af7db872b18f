// SPDX-License-Identifier: Apache-2.0
// Everything that can produce snapshots: this machine, another one, a recording.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/metric.hpp"
#include "gander/process.hpp"
#include "gander/result.hpp"
#include "gander/snapshot.hpp"

namespace gander {

/// How much is done to find out what processes work on; each includes those before.
enum class Attribution : std::uint8_t {
  none,        ///< Owners by user, cgroup and workload manager only.
  files,       ///< Notebooks and scripts, by what lies in files and environments.
  servers,     ///< Jupyter servers are asked for paths and states, in the background.
  everything,  ///< Also the kernels that use no device: reads a file of every process.
};

/// What one view wants to see. A source reads the union over its views, and nothing more.
struct Demand {
  MetricSet metrics = MetricSet::usual();
  bool processes = true;  ///< Whether somebody looks at processes.
  std::chrono::milliseconds interval{1000};
  /// Whether somebody looks at more of a device than who it is and how it is set: what kind of
  /// board it is, its links, its peers, its fabric. Many calls, once.
  bool device_detail = true;
  /// Whether somebody looks at the ancestors of processes on devices. Attribution always does.
  bool ancestors = true;
  bool process_detail = false;  ///< Whether somebody looks at working folders and executables.
  /// Whether somebody looks at what descends from processes on devices. Reads a file of every
  /// process of the machine.
  bool descendants = false;
  Attribution attribution{};
  friend bool operator==(const Demand&, const Demand&) = default;
};

/// What never stands in a snapshot because it is private or costly.
enum class QuestionKind : std::uint8_t {
  environment,  ///< The environment variables of one process, `NAME=value` each.
};
struct Question {
  QuestionKind kind{};
  Pid pid{};
  Known<double> start_time;
};
using Answer = Result<std::vector<std::string>>;

/// Produces snapshots. All members may be called from any thread.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// The newest snapshot; null before the first.
  [[nodiscard]] virtual SnapshotPointer latest() const = 0;
  /// Waits until there is a snapshot with a sequence above `sequence`; null if `timeout` passed.
  [[nodiscard]] virtual SnapshotPointer wait_newer(std::uint64_t sequence,
                                                   std::chrono::milliseconds timeout) const = 0;
  /// Sets what the view called `view` wants; replaces what it wanted before.
  virtual void set_demand(std::string_view view, const Demand& demand) = 0;
  /// From now on calls `bell` after each new snapshot, from another thread; it must be short and
  /// ask the source nothing. Replaces the bell of that view; null: none any more. Returns when no
  /// call of the bell before is under way.
  virtual void set_bell(std::string_view view, std::function<void()> bell) = 0;
  /// Forgets the view.
  virtual void drop_demand(std::string_view view) = 0;
  /// Asks for a snapshot now rather than at the next tick.
  virtual void refresh() = 0;
  /// Asks a question. `done` is called once, later and from another thread, with the answer or
  /// the reason there is none; a remote or recorded source refuses what it must not give.
  virtual void ask(const Question& question, std::function<void(Answer)> done) = 0;
};

}  // namespace gander
