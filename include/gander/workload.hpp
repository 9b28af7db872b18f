// SPDX-License-Identifier: Apache-2.0
// What processes work on: a notebook with its kernel, a script with its ranks, another program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/known.hpp"
#include "gander/owner.hpp"
#include "gander/process.hpp"

namespace gander {

enum class WorkloadType : std::uint8_t {
  notebook,        ///< A kernel of a Jupyter server.
  vscode,          ///< A kernel of Visual Studio Code without a server.
  batch_notebook,  ///< A notebook that papermill, nbconvert or nbclient executes.
  kernel,          ///< A kernel of which no document is known: a console, or a foreign platform.
  terminal,        ///< What was started in a terminal of a Jupyter server.
  script,          ///< A Python file or module.
  program,         ///< Anything else.
};

/// Where the name of a workload was found, the best first.
enum class WorkloadSource : std::uint8_t {
  api,              ///< The session list of the Jupyter server; follows renames.
  connection_file,  ///< Written by the server at the kernel's first start.
  environment,      ///< Of the kernel or process, at its start.
  batch,            ///< The command line of the runner.
  working_folder,   ///< Of the kernel: at best the notebook's folder.
  command,          ///< The command line of the process itself.
};

/// What a kernel does, in the words of Jupyter.
enum class KernelState : std::uint8_t { starting, idle, busy, restarting, terminating, dead };

/// The kernel behind a workload. What only its server tells is `no_data` where that was not asked
/// or did not answer.
struct Kernel {
  std::string id;  ///< Foreign text.
  Known<std::string> language;
  Known<KernelState> state;
  Known<double> last_activity;        ///< Unix seconds.
  Known<std::uint64_t> connections;   ///< Open clients.
  Known<std::string> server_problem;  ///< Why the server told nothing; `no_data` where it told.
                                      ///< `no_permission`: we may not know how to ask it.
  /// Whether the program that started it is gone, so that nobody will end it.
  bool is_orphan = false;
  friend bool operator==(const Kernel&, const Kernel&) = default;
};

/// One run of something. Two runs of the same script are two workloads.
struct Workload {
  Pid root{};                ///< The process that began it, in `Snapshot::processes`.
  Known<double> start_time;  ///< Of that process, Unix seconds.
  WorkloadType type{};
  std::string name;         ///< `train.ipynb`, `train.py`, `pkg.mod`; foreign text, never empty.
  Known<std::string> path;  ///< Of the file, absolute; foreign text.
  WorkloadSource source{};  ///< Of `name` and `path`.
  Certainty certainty{};
  std::optional<Kernel> kernel;
  Known<Pid> server;  ///< The Jupyter server it was started from; `no_data` without one.
  /// Whom a hub or gateway runs it for, where the system's user is shared by many.
  Known<std::string> hub_user;
  /// `certain`: the hub or who made its container says so. Else the kernel's own environment does,
  /// which its user can write: that chooses no rows.
  Certainty hub_user_certainty{Certainty::likely};
  friend bool operator==(const Workload&, const Workload&) = default;
};

std::string_view name_of(WorkloadType type);
std::optional<WorkloadType> find_workload_type(std::string_view name);
std::string_view name_of(WorkloadSource source);
std::optional<WorkloadSource> find_workload_source(std::string_view name);
std::string_view name_of(KernelState state);
std::optional<KernelState> find_kernel_state(std::string_view name);

}  // namespace gander
