// SPDX-License-Identifier: Apache-2.0
// Runs a machine: folder, state, library of the right branch, processes, command; and takes it all
// away again.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>

#include "sim/cast.hpp"
#include "sim/command.hpp"
#include "sim/host_memory.hpp"
#include "sim/kernel_tree.hpp"
#include "sim/library_folder.hpp"
#include "sim/machine/value.hpp"
#include "sim/pid_spaces.hpp"
#include "sim/run_folder.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

namespace fs = std::filesystem;

/// A path as it is, a name as a file among the machines.
Result<Description> find_description(const std::string& machine, const SimulatorFiles& files) {
  if (machine.find('/') != std::string::npos || machine.ends_with(".toml")) {
    return load_description(machine);
  }
  const std::string path = fmt::format("{}/{}.toml", files.machines, machine);
  if (std::error_code error; !machine.empty() && fs::exists(path, error)) {
    return load_description(path);
  }
  return fail(gander::Fault::usage,
              fmt::format("there is no machine \"{}\"; \"gander sim ls\" lists them, and a file "
                          "is named with its path (./my.toml)",
                          quote_safely(machine)));
}

std::uint64_t host_memory() {
  const auto pages = sysconf(_SC_PHYS_PAGES);
  const auto page = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}

void fill_state(const Description& machine, const std::vector<Process>& rows, State& state) {
  set_text(state.machine, machine.name.c_str());
  state.launcher_pid = static_cast<std::uint32_t>(getpid());
  state.pid_space = own_pid_space();
  state.driver = machine.driver;
  state.driver.generation = 1;
  state.clock.mode = machine.clock.mode;
  state.clock.hand_ns = machine.clock.hand_ns;
  state.clock.started_monotonic_ns -= machine.clock.hand_ns;
  // Who sets the date of a machine wants the stamps of that date.
  state.clock.samples_stay_fresh = machine.clock.epoch_unix_ns == 0 ? 1 : 0;
  if (machine.clock.epoch_unix_ns != 0) state.clock.epoch_unix_ns = machine.clock.epoch_unix_ns;
  std::copy(machine.gpus.begin(), machine.gpus.end(), state.gpus.begin());
  state.gpu_count = static_cast<std::uint32_t>(machine.gpus.size());
  std::copy(machine.faults.begin(), machine.faults.end(), state.faults.begin());
  std::copy(rows.begin(), rows.end(), state.processes.begin());
  state.process_count = static_cast<std::uint32_t>(rows.size());
  fit_to_host(state, host_memory());
}

/// Frees what ended processes and holders had, as a driver does.
void free_ended(Cast& cast, StateFile& file) {
  const auto ended = cast.take_ended();
  const auto is_gone = [](const Held& held) {
    return held.present != 0 && kill(static_cast<pid_t>(held.pid), 0) != 0 && errno == ESRCH;
  };
  const auto& held = file.state().held;
  if (ended.empty() && std::none_of(held.begin(), held.end(), is_gone)) return;
  file.change([&](State& state) {
    for (Process& process : state.processes) {
      if (std::find(ended.begin(), ended.end(), process.pid) != ended.end()) process.present = 0;
    }
    for (Held& row : state.held) {
      if (is_gone(row)) row.present = 0;
    }
  });
}

/// `folder` before what the search path `variable` holds already.
std::string before(const std::string& folder, const char* variable) {
  const char* old = std::getenv(variable);
  return old == nullptr || old[0] == '\0' ? folder : folder + ":" + old;
}

std::vector<std::string> command_or_own(const std::vector<std::string>& command) {
  if (!command.empty()) return command;
  std::error_code error;
  return {fs::read_symlink("/proc/self/exe", error).string()};
}

/// Takes on children whose parent ended, so that they do not linger; undone at its end.
class Subreaper {
 public:
  Subreaper() { prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~Subreaper() { prctl(PR_SET_CHILD_SUBREAPER, 0); }
  Subreaper(const Subreaper&) = delete;
  Subreaper& operator=(const Subreaper&) = delete;
};

Result<int> run_in(const RunFolder& folder, const Description& machine, const SimulatorFiles& files,
                   const std::vector<std::string>& argv) {
  const SignalsHeld signals;
  const Subreaper subreaper;
  auto file = StateFile::create(folder.path());
  if (!file) return tl::make_unexpected(file.error());
  const auto library = make_library(folder.path(), files,
                                    {machine.driver.branch_major, machine.driver.branch_minor});
  if (!library) return tl::make_unexpected(library.error());
  auto cast = Cast::start(machine.processes, files.actor);
  if (!cast) return tl::make_unexpected(cast.error());
  file->change([&](State& state) { fill_state(machine, cast->rows(), state); });
  KernelTree kernel{folder.path()};
  kernel.update(file->state());
  write_accounts(folder.path(), cast->accounts());
  Command command;
  command.argv = command_or_own(argv);
  command.environment = {{"GANDER_SIM", folder.path()},
                         {"GANDER_SIM_ROOT", kernel.root()},
                         {"LD_LIBRARY_PATH", before(*library, "LD_LIBRARY_PATH")}};
  if (!files.tools.empty()) command.environment.emplace_back("PATH", before(files.tools, "PATH"));
  command.look = [&] {
    free_ended(*cast, *file);
    kernel.update(file->state());
  };
  command.reaped = [&](pid_t pid) { cast->forget_child(pid); };
  return run_command(command, signals);
}

}  // namespace

Result<int> run_machine(const std::string& machine, const std::vector<std::string>& command) {
  const auto files = find_simulator_files();
  if (!files) return tl::make_unexpected(files.error());
  const auto description = find_description(machine, *files);
  if (!description) return tl::make_unexpected(description.error());
  const auto folder = RunFolder::make(description->name);
  if (!folder) return tl::make_unexpected(folder.error());
  return run_in(*folder, *description, *files, command);
}

}  // namespace gander::sim
