// SPDX-License-Identifier: Apache-2.0
// Lets a process outside the description take memory of a simulated GPU.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>

#include "sim/command.hpp"
#include "sim/machine/value.hpp"
#include "sim/run_folder.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

Result<void> check(const State& state, const Hold& hold) {
  if (hold.memory == 0) {
    return fail(gander::Fault::usage, "--memory must be more than 0, for instance 20GiB");
  }
  if (hold.gpu >= state.gpu_count) {
    return fail(gander::Fault::usage,
                fmt::format("there is no GPU {}; the machine has {}", hold.gpu, state.gpu_count));
  }
  const Gpu& gpu = state.gpus[hold.gpu];
  const auto slot = static_cast<std::size_t>(hold.mig_slot < 0 ? 0 : hold.mig_slot);
  if (hold.mig_slot >= 0 && (slot >= max_mig_slots || gpu.mig[slot].present == 0)) {
    return fail(gander::Fault::usage,
                fmt::format("GPU {} has no MIG device in slot {}", hold.gpu, slot));
  }
  const std::uint64_t total = hold.mig_slot < 0 ? gpu.memory_total : gpu.mig[slot].memory_total;
  const std::uint64_t kept =
      hold.mig_slot < 0 ? gpu.memory_reserved : gpu.mig[slot].memory_reserved;
  const std::uint64_t used = memory_used(state, hold.gpu, hold.mig_slot, now_ns(state));
  const std::uint64_t left = total - std::min(total, used + kept);
  if (hold.memory > left) {
    return fail(gander::Fault::usage,
                fmt::format("only {} MiB are free on GPU {}", left >> 20U, hold.gpu));
  }
  return {};
}

Result<void> take(StateFile& file, const Hold& hold, pid_t pid) {
  Result<void> result;
  file.change([&](State& state) {
    result = check(state, hold);
    if (!result) return;
    std::size_t row = 0;
    while (row < max_held && state.held[row].present != 0) ++row;
    if (row == max_held) {
      result = fail(gander::Fault::usage, "too many processes hold memory; end one first");
      return;
    }
    state.held[row] =
        Held{1, static_cast<std::uint32_t>(pid), 0, hold.gpu, hold.mig_slot, 0, hold.memory};
    state.held_count = std::max(state.held_count, static_cast<std::uint32_t>(row + 1));
  });
  return result;
}

void give_back(StateFile& file, pid_t pid) {
  file.change([&](State& state) {
    for (Held& row : state.held) {
      if (row.pid == static_cast<std::uint32_t>(pid)) row.present = 0;
    }
  });
}

}  // namespace

Result<void> hold_memory(const Hold& hold, int pid) {
  auto file = open_addressed();
  if (!file) return tl::make_unexpected(file.error());
  if (pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH)) {
    return fail(gander::Fault::not_found, fmt::format("there is no process {}", pid));
  }
  return take(*file, hold, pid);
}

Result<int> hold_memory_while(const Hold& hold, const std::vector<std::string>& command) {
  auto folder = find_addressed();
  if (!folder) return tl::make_unexpected(folder.error());
  auto file = open_machine(*folder);
  if (!file) return tl::make_unexpected(file.error());
  if (command.empty()) return fail(gander::Fault::usage, "hold needs a command or a --pid");
  if (auto fits = check(file->state(), hold); !fits) return tl::make_unexpected(fits.error());
  const SignalsHeld signals;
  std::optional<pid_t> holder;
  Result<void> taken;
  Command run;
  run.argv = command;
  run.environment = {{"GANDER_SIM", *folder}};
  run.started = [&](pid_t pid) {
    holder = pid;
    taken = take(*file, hold, pid);
    if (!taken) kill(pid, SIGKILL);
  };
  auto code = run_command(run, signals);
  if (holder) give_back(*file, *holder);
  if (!taken) return tl::make_unexpected(taken.error());
  return code;
}

}  // namespace gander::sim
