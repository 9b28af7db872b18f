// SPDX-License-Identifier: Apache-2.0
// A process that uses a device, or is an ancestor of one that does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/known.hpp"
#include "gander/owner.hpp"
#include "gander/reading.hpp"

namespace gander {

/// The number the system gave the process, in our PID namespace unless `Presence` says otherwise.
using Pid = std::int64_t;

/// What the local process table says about a process the driver named.
enum class Presence : std::uint8_t {
  present,  ///< Running here.
  zombie,   ///< Ended, not yet collected by its parent.
  gone,     ///< The driver still counts it; this host has no such process.
  hidden,   ///< Exists, but hidepid keeps it from us.
  outside,  ///< Belongs to another PID namespace: the number is not one of ours.
};

/// State letter of the kernel, as a word.
enum class RunState : std::uint8_t {
  running,
  sleeping,
  disk_sleep,
  stopped,
  tracing,
  zombie,
  dead,
  idle,
};

/// Kinds of context a process may hold on a device; both is possible.
enum class ContextType : std::uint8_t { compute, graphics, compute_graphics };

/// What one process does on one device.
struct Use {
  std::string device;  ///< UUID of the GPU or MIG instance.
  Known<ContextType> type;
  Known<bool> mps;                           ///< Whether it goes through a Multi-Process Service.
  Known<std::uint32_t> gpu_instance_id;      ///< Known only where MIG is on.
  Known<std::uint32_t> compute_instance_id;  ///< Known only where MIG is on.
  UseReadings readings;
  friend bool operator==(const Use&, const Use&) = default;
};

/// A process. Its identity is (`pid`, `start_time`): numbers are reused.
struct Process {
  Pid pid{};
  Known<double> start_time;  ///< Unix seconds, to the kernel's clock tick.
  /// Clock ticks from boot to its start: what identifies it on this machine. Not sent to others.
  Known<std::uint64_t> start_ticks;
  Presence presence{};
  Known<Pid> parent;
  Known<Pid> session;    ///< Leader of its session; stays when the parent ends. Not sent to others.
  Known<Pid> inner_pid;  ///< Its number in the innermost PID namespace it is in.
  Known<Pid> numa_group;     ///< NUMA group (Ngid), in the host's numbers; `no_data` without one.
  Known<std::uint32_t> uid;  ///< Real user id.
  Known<std::string> user;
  Known<std::string> name;                  ///< Kernel's short name; foreign text.
  Known<std::vector<std::string>> command;  ///< argv; foreign text; empty for zombies.
  Known<RunState> state;
  Known<std::string> working_folder;  ///< On demand; foreign text.
  Known<std::string> executable;      ///< On demand; foreign text.
  ProcessReadings readings;
  std::vector<Owner> owners;  ///< Nearest first.
  Known<Pid> workload;        ///< `Workload::root` of what it works on.
  std::vector<Use> uses;      ///< Empty for an ancestor.
  friend bool operator==(const Process&, const Process&) = default;
};

std::string_view name_of(Presence presence);
std::optional<Presence> find_presence(std::string_view name);
std::string_view name_of(RunState state);
std::optional<RunState> find_run_state(std::string_view name);
std::string_view name_of(ContextType type);
std::optional<ContextType> find_context_type(std::string_view name);

}  // namespace gander
