// SPDX-License-Identifier: Apache-2.0
// Looks once, holds what is to end, asks, and ends it step by step.
#include "cli/command/kill.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "choose/targets.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/selection.hpp"
#include "export/endings.hpp"
#include "host/process_control.hpp"
#include "host/staged_ending.hpp"
#include "os/user.hpp"

namespace gander::cli {
namespace {

using std::chrono::milliseconds;

/// What a kernel needs to take a process down that nothing can hold.
constexpr milliseconds patience_with_kernel{2000};

Demand find_demand() {
  Demand demand;
  demand.metrics = MetricSet{}.insert(Metric::gpu_memory);
  demand.device_detail = false;
  demand.ancestors = false;
  return demand;
}

choose::EndingWish find_wish(const KillArguments& arguments) {
  choose::EndingWish wish;
  if (!arguments.devices.empty()) wish.devices = arguments.devices;
  wish.pids = arguments.pids;
  wish.users = arguments.users;
  wish.graphics = arguments.graphics;
  // A number needs no database, and no two users have it.
  if (wish.users.empty() && !arguments.everybody) wish.users = {std::to_string(os::current_uid())};
  return wish;
}

std::vector<host::EndingStage> find_stages(const KillArguments& arguments) {
  const milliseconds grace{static_cast<std::int64_t>(arguments.grace * 1e3)};
  const auto stage = [&](int signal) {
    return host::EndingStage{signal,
                             signal == SIGKILL ? std::max(grace, patience_with_kernel) : grace};
  };
  if (arguments.only_signal != 0) return {stage(arguments.only_signal)};
  return {stage(SIGINT), stage(SIGTERM), stage(SIGKILL)};
}

bool descends_from(ProcessControl& control, const Process& process) {
  const auto descendants = control.find_descendants(process);
  return std::ranges::find(descendants, static_cast<Pid>(::getpid()), &Process::pid) !=
         descendants.end();
}

/// The processes that are to end, held, and where they stand among the targets.
struct Prey {
  std::vector<std::unique_ptr<HeldProcess>> held;
  std::vector<EndingTarget*> targets;
};

/// Spares who runs this command, unless it is named, and holds the others: from here on no other
/// process can be hit, however long somebody thinks about it.
Prey hold(const KillArguments& arguments, std::vector<EndingTarget>& targets,
          ProcessControl& control) {
  Prey prey;
  for (auto& target : targets) {
    if (target.mercy) continue;
    if (arguments.pids.empty() && descends_from(control, *target.process)) {
      target.mercy = Mercy::ours;
      continue;
    }
    auto held = control.hold(*target.process);
    if (!held) {
      target.ending = {EndingKind::refused, 0, held.error()};
      continue;
    }
    prey.held.push_back(std::move(*held));
    prey.targets.push_back(&target);
  }
  return prey;
}

bool is_answered_with_yes(std::size_t count) {
  std::cerr << "End " << (count == 1 ? "this process" : std::to_string(count) + " processes")
            << "? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// Why nothing is sent, besides that there is nothing; fine where it may be.
std::optional<ExitCode> ask(const KillArguments& arguments,
                            const std::vector<EndingTarget>& targets, std::size_t count) {
  if (arguments.is_sure || count == 0) return std::nullopt;
  if (arguments.json || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) {
    complain("kill: nobody can be asked here; --yes ends them, --dry-run names them");
    return ExitCode::usage;
  }
  note(write_endings(targets));
  if (is_answered_with_yes(count)) return std::nullopt;
  complain("nothing was sent");
  return ExitCode::incomplete;
}

ExitCode judge(const std::vector<EndingTarget>& targets) {
  std::size_t awaited = 0;
  std::size_t forbidden = 0;
  std::size_t missed = 0;
  for (const auto& target : targets) {
    if (target.mercy) continue;
    ++awaited;
    const auto& error = target.ending.error;
    forbidden += error && error->fault == Fault::no_permission ? 1U : 0U;
    missed += target.ending.kind == EndingKind::ended ? 0U : 1U;
  }
  if (missed == 0) return ExitCode::fine;
  return forbidden == awaited ? ExitCode::no_permission : ExitCode::incomplete;
}

/// Says what was asked for in vain; whether a process was named that is not there.
bool say_lack(const KillArguments& arguments, const std::vector<EndingTarget>& targets) {
  bool is_lacking = false;
  for (const Pid pid : arguments.pids) {
    const auto is_it = [pid](const EndingTarget& target) { return target.process->pid == pid; };
    if (std::ranges::any_of(targets, is_it)) continue;
    complain("no process " + std::to_string(pid) + " on " +
             (arguments.devices.empty() ? "any GPU" : "these GPUs"));
    is_lacking = true;
  }
  const bool is_anybody_to_end = std::ranges::any_of(
      targets, [](const EndingTarget& target) { return !target.mercy.has_value(); });
  if (!is_anybody_to_end && !is_lacking) {
    complain(targets.empty() ? "no process there" : "no process there that may end");
  }
  return is_lacking;
}

/// Looks at what cannot be asked for; the exit code where there is nothing to go on with.
std::optional<ExitCode> find_obstacle(const KillArguments& arguments, const Snapshot& snapshot) {
  const auto verdict = judge_answers(snapshot);
  complain_about(snapshot, verdict);
  if (!works(snapshot)) return verdict.code;
  if (arguments.devices.empty()) return std::nullopt;
  Selection selection;
  selection.devices = arguments.devices;
  const auto invalid = find_invalid(snapshot, selection);
  if (invalid.empty()) return std::nullopt;
  complain("no device " + list_devices(invalid) + "; `gander list` lists those there are");
  return ExitCode::usage;
}

ExitCode end(const KillArguments& arguments, const Snapshot& snapshot) {
  if (const auto obstacle = find_obstacle(arguments, snapshot)) return *obstacle;
  auto targets = choose::find_targets(snapshot, find_wish(arguments));
  const auto control = host::make_process_control();
  const auto prey = hold(arguments, targets, *control);
  if (!arguments.is_dry) {
    if (const auto refusal = ask(arguments, targets, prey.held.size())) return *refusal;
    const auto stages = find_stages(arguments);
    const auto endings = host::end_in_stages(
        prey.held, stages, [](milliseconds time) { std::this_thread::sleep_for(time); });
    for (std::size_t i = 0; i < endings.size(); ++i) prey.targets[i]->ending = endings[i];
  }
  std::string text;
  if (arguments.json) {
    text = write_endings_json(snapshot, targets, arguments.is_dry) + "\n";
  } else if (!targets.empty()) {
    text = write_endings(targets);
  }
  const auto printed = print(text, ExitCode::fine);
  const bool is_lacking = say_lack(arguments, targets);
  if (printed != ExitCode::fine) return printed;
  const auto code = arguments.is_dry ? ExitCode::fine : judge(targets);
  return code == ExitCode::fine && is_lacking ? ExitCode::incomplete : code;
}

}  // namespace

ExitCode run(const KillArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = sample_patiently(*sampler, find_demand());
  leave(end(arguments, *snapshot), *sampler);
}

}  // namespace gander::cli
