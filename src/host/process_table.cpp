// SPDX-License-Identifier: Apache-2.0
// Looks at the processes that were asked for and their ancestors, and at no other: /proc is never
// listed.
#include "host/process_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "host/known_process.hpp"
#include "host/missing_file.hpp"
#include "host/on_demand.hpp"
#include "host/proc_text.hpp"
#include "host/process_tree.hpp"
#include "os/process_handle.hpp"
#include "os/user.hpp"

namespace gander::host {
namespace {

using Seconds = std::chrono::duration<double>;

/// The wall clock is slewed all the time; only a jump larger than this moves the time of boot.
constexpr double boot_time_tolerance = 1.0;
constexpr double start_time_steps = 100;  // start times are given in 10 ms
/// How long a look waits for user names it asks for first: as long as files and caches need.
constexpr auto name_patience = std::chrono::milliseconds(20);
constexpr std::size_t environment_limit = 1U << 20U;

Error other_process(Pid pid) {
  return Error{Fault::not_found,
               fmt::format("process {} has ended; another one has its number now", pid)};
}

}  // namespace

struct ProcessTable::State {
  State(const os::Root& root_folder, const os::Clock& machine_clock, UserDatabase database)
      : root(root_folder),
        clock(machine_clock),
        stats(root_folder),
        users(database.root, std::move(database.find)) {}

  ProcessFacts look_at(Pid pid, const ProcessWants& wants);
  void name_users(std::span<ProcessFacts> facts);
  [[nodiscard]] ProcessFacts absent(Pid pid, const Error& error);
  [[nodiscard]] Presence presence_of_absent(Pid pid, const Error& error);
  KnownProcess& remember(Pid pid, std::uint64_t start_ticks);
  void await_descendants(std::span<const Pid> pids);
  void forget_unseen();
  [[nodiscard]] double start_time_of(std::uint64_t start_ticks);
  Result<void> verify(Pid pid, double start_time);

  os::Root root;
  const os::Clock& clock;
  StatReader stats;
  UserNames users;
  std::unordered_map<Pid, KnownProcess> processes;
  std::unordered_set<Pid> seen;
  std::vector<Pid> waiting;
  std::uint64_t generation{};
  std::optional<double> boot_time;  // Unix seconds
  std::optional<bool> hides;        // whether /proc hides processes; asked once in a look
  std::mutex mutex;                 // environments are asked for from other threads
};

double ProcessTable::State::start_time_of(std::uint64_t start_ticks) {
  static const double rate = os::clock_ticks_per_second();
  const double now = Seconds(clock.wall() - clock.boot()).count();
  if (!boot_time || std::abs(now - *boot_time) > boot_time_tolerance) boot_time = now;
  const double time = *boot_time + static_cast<double>(start_ticks) / rate;
  return std::round(time * start_time_steps) / start_time_steps;
}

KnownProcess& ProcessTable::State::remember(Pid pid, std::uint64_t start_ticks) {
  auto known = processes.find(pid);
  if (known != processes.end() && known->second.start_ticks() != start_ticks) {
    processes.erase(known);
    known = processes.end();
  }
  if (known == processes.end()) {
    const KnownProcess process{pid, start_ticks, start_time_of(start_ticks)};
    known = processes.emplace(pid, process).first;
  }
  known->second.generation = generation;
  return known->second;
}

Presence ProcessTable::State::presence_of_absent(Pid pid, const Error& error) {
  if (error.fault == Fault::no_permission) return Presence::hidden;
  if (!hides) hides = hides_processes(root.read("/proc/self/mountinfo").value_or(""));
  if (error.fault != Fault::not_found || !*hides) return Presence::gone;
  // Such a mount may still show us everything: whether the number is in use tells which it is.
  return !root.is_real() || os::process_exists(pid) ? Presence::hidden : Presence::gone;
}

ProcessFacts ProcessTable::State::absent(Pid pid, const Error& error) {
  ProcessFacts facts;
  const auto presence = presence_of_absent(pid, error);
  const auto reason = presence == Presence::hidden ? Missing::withheld : missing_for(error);
  facts.process = make_unknown_process(pid, presence, reason);
  facts.cgroup = reason;
  facts.namespace_pids = reason;
  return facts;
}

ProcessFacts ProcessTable::State::look_at(Pid pid, const ProcessWants& wants) {
  auto stat = stats.read(pid);
  if (!stat) return absent(pid, stat.error());
  auto& known = remember(pid, stat->start_ticks);
  const bool is_reading = known.needs_reading(*stat, clock.boot());
  if (is_reading) known.read(root, *stat, clock.boot());
  auto facts = known.look(*stat, clock.steady(), clock.boot());
  read_on_demand(root, wants, facts.process);
  if (!is_reading && !wants.any()) return facts;
  // Several files were opened by number: all are of one process only if it is still there.
  stat = stats.read(pid);
  if (stat && stat->start_ticks == known.start_ticks()) return facts;
  known.distrust();
  return absent(pid, stat ? other_process(pid) : stat.error());
}

void ProcessTable::State::name_users(std::span<ProcessFacts> facts) {
  users.take_news();
  for (auto& entry : facts) {
    auto& process = entry.process;
    if (process.uid.is_known()) process.user = users.find(process.uid.value(), clock.boot());
  }
}

void ProcessTable::State::await_descendants(std::span<const Pid> pids) {
  const ProcessTree tree = read_process_tree(root);
  for (const Pid pid : pids) {
    for (const TreeEntry& entry : collect_descendants(tree, pid)) waiting.push_back(entry.pid);
  }
}

void ProcessTable::State::forget_unseen() {
  std::erase_if(processes, [this](const auto& entry) {
    const bool is_unseen = entry.second.generation != generation;
    if (is_unseen) stats.forget(entry.first);
    return is_unseen;
  });
}

Result<void> ProcessTable::State::verify(Pid pid, double start_time) {
  const auto stat = stats.read(pid);
  if (!stat) return tl::make_unexpected(stat.error());
  const auto known = processes.find(pid);
  if (known == processes.end()) stats.forget(pid);
  const bool is_known = known != processes.end() && known->second.start_time() == start_time;
  const bool same =
      is_known ? known->second.start_ticks() == stat->start_ticks
               : std::abs(start_time_of(stat->start_ticks) - start_time) <= boot_time_tolerance;
  if (!same) return tl::make_unexpected(other_process(pid));
  return {};
}

Process make_unknown_process(Pid pid, Presence presence, Missing reason) {
  Process process;
  process.pid = pid;
  process.presence = presence;
  process.start_time = reason;
  process.start_ticks = reason;
  process.parent = reason;
  process.session = reason;
  process.inner_pid = reason;
  process.numa_group = reason;
  process.uid = reason;
  process.user = reason;
  process.name = reason;
  process.command = reason;
  process.state = reason;
  process.working_folder = reason;
  process.executable = reason;
  process.workload = reason;
  process.readings.fill(reason);
  return process;
}

ProcessTable::ProcessTable(const os::Root& root, const os::Clock& clock)
    : ProcessTable(root, clock, {root, {}}) {}

ProcessTable::ProcessTable(const os::Root& root, const os::Clock& clock, UserDatabase users)
    : state_(std::make_unique<State>(root, clock, std::move(users))) {}

ProcessTable::~ProcessTable() = default;

std::vector<ProcessFacts> ProcessTable::look(std::span<const Pid> pids, const ProcessWants& wants) {
  auto& state = *state_;
  const std::lock_guard lock{state.mutex};
  ++state.generation;
  state.seen.clear();
  state.hides.reset();
  state.waiting.assign(pids.begin(), pids.end());
  if (wants.descendants) state.await_descendants(pids);
  std::vector<ProcessFacts> facts;
  while (!state.waiting.empty()) {
    const Pid pid = state.waiting.back();
    state.waiting.pop_back();
    // A process is looked at once, so parents that form a ring end the walk too.
    if (pid <= 0 || !state.seen.insert(pid).second) continue;
    facts.push_back(state.look_at(pid, wants));
    const auto& parent = facts.back().process.parent;
    if (wants.ancestors && parent.is_known()) state.waiting.push_back(parent.value());
    const auto& session = facts.back().process.session;
    if (wants.sessions && session.is_known()) state.waiting.push_back(session.value());
  }
  state.forget_unseen();
  std::ranges::sort(facts, {}, [](const ProcessFacts& entry) { return entry.process.pid; });
  const bool was_asking = state.users.is_asking();
  state.name_users(facts);
  if (was_asking || !state.users.is_asking()) return facts;
  state.users.wait(name_patience);
  state.name_users(facts);
  return facts;
}

void ProcessTable::name_users(std::span<ProcessFacts> facts, std::chrono::milliseconds patience) {
  const std::lock_guard lock{state_->mutex};
  state_->users.wait(patience);
  state_->name_users(facts);
}

bool ProcessTable::has_new_names() const { return state_->users.has_news(); }

bool ProcessTable::is_asking_names() const { return state_->users.is_asking(); }

Result<std::vector<std::string>> ProcessTable::environment(Pid pid,
                                                           const Known<double>& start_time) const {
  if (!start_time.is_known()) {
    return fail(Fault::usage, fmt::format("cannot tell process {} from another one that got its "
                                          "number: give its start time too",
                                          pid));
  }
  const std::lock_guard lock{state_->mutex};
  const auto before = state_->verify(pid, start_time.value());
  if (!before) return tl::make_unexpected(before.error());
  const auto text =
      state_->root.read_piece(fmt::format("/proc/{}/environ", pid), environment_limit);
  if (!text && text.error().fault == Fault::no_permission) {
    return fail(Fault::no_permission,
                fmt::format("cannot read the environment of process {}: it belongs to another "
                            "user; ask its owner or run as root",
                            pid));
  }
  if (!text) return tl::make_unexpected(text.error());
  const auto after = state_->verify(pid, start_time.value());
  if (!after) return tl::make_unexpected(after.error());
  auto variables = parse_command(*text);
  std::erase(variables, "");
  return variables;
}

}  // namespace gander::host
