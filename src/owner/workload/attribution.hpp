// SPDX-License-Identifier: Apache-2.0
// Says of processes what they work on: notebooks with their kernels, scripts, programs. Keeps what
// it read of processes and servers between looks; never waits for a network, nor for a file that
// may lie on one.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "gander/source.hpp"
#include "gander/workload.hpp"
#include "host/process_table.hpp"
#include "os/clock.hpp"
#include "os/root.hpp"
#include "owner/jupyter/home_files.hpp"
#include "owner/jupyter/server_watch.hpp"

namespace gander::owner {

/// What one process has to do with a workload.
struct WorkloadLink {
  Pid root{};         ///< Of the workload.
  std::string proof;  ///< How it was found: `command`, `session`, `ancestor`, `environment`.
  Certainty certainty{};
};

/// The answer of one look.
struct Attributed {
  std::vector<Workload> workloads;  ///< In the order of their roots, each once.
  std::unordered_map<Pid, WorkloadLink> links;
};

/// One thread at a time.
class Attributor {
 public:
  /// `clock` lives longer than the attributor. Where asking is off, no server ever is.
  Attributor(const os::Root& root, const os::Clock& clock,
             jupyter::Asking asking = jupyter::Asking::on, const jupyter::HomeFiles& files = {});
  ~Attributor();
  Attributor(const Attributor&) = delete;
  Attributor& operator=(const Attributor&) = delete;

  /// Attributes the processes `pids`, and of all `facts` those that belong to kernels. `facts` hold
  /// ancestors and leaders of sessions (`ProcessWants::sessions`). With `Attribution::servers` the
  /// Jupyter servers of visible kernels are asked in the background, and what they said last is
  /// used. So it is with files in homes: what they say is used once they were read.
  Attributed look(std::span<const host::ProcessFacts> facts, std::span<const Pid> pids,
                  Attribution wanted);
  /// Processes that the last look would have liked to see among the facts as well: with them,
  /// another look may say more.
  [[nodiscard]] std::span<const Pid> relatives() const;
  /// Whether servers said something, or files were read, since the last look.
  [[nodiscard]] bool has_news() const;
  /// Waits until the files were read that the last look sent for, or `patience` (real time) has
  /// passed; true where all were.
  bool wait_files(std::chrono::milliseconds patience);
  /// Whether reading a file or asking a server has not come back.
  [[nodiscard]] bool is_busy() const;
  /// Waits until the servers have answered, or `patience` has passed; true where another look may
  /// say more.
  bool wait_servers(std::chrono::milliseconds patience);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Processes that may work on something though they use no device: kernels, Python programs. Reads
/// a file of every process of the machine.
std::vector<Pid> find_workers(const os::Root& root);

/// The label of a workload for its processes.
Owner label_of(const Workload& workload, const WorkloadLink& link);

}  // namespace gander::owner
