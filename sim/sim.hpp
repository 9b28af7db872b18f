// SPDX-License-Identifier: Apache-2.0
// Simulated machines for a command line: run one, list them, change a running one. The one header
// of this room that others include.
//
// A machine is addressed by `GANDER_SIM` (its run folder), or, where that is not set, as the only
// one of this user that runs. No function prints anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"

namespace gander::sim {

/// Where the parts of the simulator are, in a build tree or in an installed prefix.
struct SimulatorFiles {
  std::string library;   ///< the simulated libnvidia-ml.so.1
  std::string actor;     ///< gander-sim-actor
  std::string machines;  ///< folder of the machine files
  std::string tools;     ///< folder with the stand-in for nvidia-smi; may be empty
};

/// Looks from the running program (/proc/self/exe) upwards for a folder with `lib/gander/sim` and
/// `share/gander/machine`, as an installed prefix and a build tree have. `GANDER_SIM_FILES` (a
/// folder with `libnvidia-ml.so.1`, `gander-sim-actor` and `machine/`) goes first. Fails with
/// not_found.
Result<SimulatorFiles> find_simulator_files();

/// A machine there is a description of.
struct KnownMachine {
  std::string name;
  std::string summary;  ///< one line; where the file is wrong, what is wrong with it
  std::string file;
};

/// A machine that runs.
struct RunningMachine {
  std::string name;
  std::string folder;  ///< value for GANDER_SIM
  int launcher_pid = 0;
};

struct Machines {
  std::vector<KnownMachine> known;  ///< by name
  std::vector<RunningMachine> running;
};

/// What can be run, and what runs (of this user). Fails with not_found where the simulator is not
/// installed.
Result<Machines> list_machines();

/// Runs `command` on the machine: `machine` is a name of `list_machines`, or the path of a file
/// (it holds a `/` or ends in `.toml`). Starts the machine's processes, gives the command
/// GANDER_SIM, LD_LIBRARY_PATH and PATH (with the stand-in for nvidia-smi), forwards SIGTERM,
/// SIGHUP, SIGINT and SIGQUIT, and ends
/// everything with it, also when this process is killed. An empty `command` means this program
/// itself without arguments.
/// Returns the command's exit code: 128 + signal where a signal ended it, 126 or 127 where it could
/// not be executed. Fails with usage (no such machine), invalid_data (wrong file, with its line),
/// not_found or operating_system. Call it from the main thread of a program with one thread.
Result<int> run_machine(const std::string& machine, const std::vector<std::string>& command);

/// Changes the addressed machine: `path=value`, such as `gpu3.lost=true`. docs/sim.md lists the
/// paths. Fails with usage where path or value make no sense, not_found where no machine runs.
Result<void> set_value(const std::string& assignment);

/// Memory taken on a GPU by a process outside the description.
struct Hold {
  std::uint32_t gpu = 0;
  int mig_slot = -1;         ///< -1: the whole GPU
  std::uint64_t memory = 0;  ///< bytes
};

/// Lets the living process `pid` hold memory until it ends (the launcher looks) or the machine
/// does.
Result<void> hold_memory(const Hold& hold, int pid);

/// Runs `command` while it holds memory; returns its exit code as `run_machine` does.
Result<int> hold_memory_while(const Hold& hold, const std::vector<std::string>& command);

/// How a machine is recorded.
struct RecordOptions {
  std::string name;         ///< of the machine; small letters, digits, - and _
  bool keep_names = false;  ///< users, whole command lines, UUIDs and serial numbers as they are
  double seconds = 1;       ///< over which counters are watched to learn their rates
};

/// Asks the driver of this machine (or of a simulated one) everything a machine file can say, and
/// gives back the text of such a file. Calls that do not return within three seconds are recorded
/// as hanging. Fails with no_library, driver_down, no_permission, no_device, timed_out or
/// operating_system. Call it from a program with one thread: it forks.
Result<std::string> record_machine(const RecordOptions& options);

/// Bytes of "80 GiB", "512M" or "1000"; for --memory. Fails with usage.
Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace gander::sim
