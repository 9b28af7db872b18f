// SPDX-License-Identifier: Apache-2.0
// The rules of driver branches for PID namespaces, as read in the open kernel modules: until
// 535.104 lists carry the host's numbers, from 535.113 on the caller's (memory is found from 565
// on), samples the caller's from 570.86 on.
#include "sim/nvml/process_pid.hpp"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>

namespace gander::sim::nvml {
namespace {

/// A branch and its second number, in one.
constexpr u32 branch(u32 major, u32 minor) { return major * 1000 + minor; }

constexpr u32 first_local_lists = branch(535, 113);
constexpr u32 first_right_memory = branch(565, 0);
constexpr u32 first_local_samples = branch(570, 86);

u32 branch_of(const State& state) {
  const Driver& driver = state.driver;
  return driver.branch_major == 0 ? ~0U : branch(driver.branch_major, driver.branch_minor);
}

/// What cannot change while a process lives; 0: not looked up yet. A fork may enter another
/// namespace, so it forgets both.
std::atomic<u32> known_pid{0};
std::atomic<u64> known_space{0};

void forget_self() {
  known_pid = 0;
  known_space = 0;
}

[[gnu::constructor]] void watch_forks() { pthread_atfork(nullptr, nullptr, forget_self); }

/// The namespace of the calling process.
u64 own_space() {
  if (const u64 known = known_space.load(); known != 0) return known;
  struct stat facts{};
  const u64 space = stat("/proc/self/ns/pid", &facts) == 0 ? facts.st_ino : 0;
  known_space = space;
  return space;
}

/// Whether the caller is in another namespace than the machine's launcher.
bool is_inside(const State& state, u64 own) {
  return state.pid_space != 0 && own != state.pid_space;
}

/// Number of a process of the launcher's namespace by the rules of the branch; `local` 0: the
/// caller cannot see it.
SeenProcess by_branch(const State& state, u32 host, u32 local) {
  const u32 now = branch_of(state);
  if (now < first_local_lists) return {host, host, true, true, false};
  const bool is_visible = local != 0;
  const bool is_blind = now < first_right_memory && local != host;
  const bool has_local_samples = now >= first_local_samples;
  return {local, has_local_samples ? local : host, is_visible, is_visible || !has_local_samples,
          is_blind};
}

u32 find_local(const Process& process, u64 space) {
  for (const NamespacePid& one : process.spaces) {
    if (one.pid != 0 && one.space == space) return one.pid;
  }
  return 0;
}

/// What the machine's file says, whatever namespace the caller is in.
SeenProcess by_mode(const State& state, u32 pid, u32 host_pid, bool is_hidden) {
  const u32 host = host_pid == 0 ? pid : host_pid;
  switch (state.driver.pid_mode) {
    case pids_host:
      return {host, host, true, true, false};
    case pids_namespace:
      return {pid, pid, !is_hidden, !is_hidden, false};
    case pids_mixed:
      return {pid, host, !is_hidden, true, branch_of(state) < first_right_memory && host != pid};
    default:
      return {pid, pid, true, true, false};
  }
}

}  // namespace

u32 own_pid() {
  if (const u32 known = known_pid.load(); known != 0) return known;
  const auto pid = static_cast<u32>(getpid());
  known_pid = pid;
  return pid;
}

SeenProcess see_process(const State& state, const Process& process) {
  if (state.driver.pid_mode != pids_auto)
    return by_mode(state, process.pid, process.host_pid, process.hidden != 0);
  const u64 own = own_space();
  if (!is_inside(state, own)) return {process.pid, process.pid, true, true, false};
  return by_branch(state, process.pid, find_local(process, own));
}

SeenProcess see_holder(const State& state, const Held& held) {
  if (state.driver.pid_mode != pids_auto) return by_mode(state, held.pid, held.host_pid, false);
  if (!is_inside(state, own_space())) return {held.pid, held.pid, true, true, false};
  return by_branch(state, held.pid, 0);
}

}  // namespace gander::sim::nvml
