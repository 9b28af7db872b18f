// SPDX-License-Identifier: Apache-2.0
// The parts of the recorder: what it asks with, what it found, and the parts of the file it writes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/nvml_client.hpp"
#include "sim/record/toml_writer.hpp"
#include "sim/sim.hpp"

namespace gander::sim::record {

/// The codes each call gave, and how long it took, for one GPU or the machine.
struct CallNotes {
  std::map<std::string, std::set<int>> codes;
  std::map<std::string, std::vector<double>> microseconds;
};

/// One GPU: how it is asked, and what its calls gave.
struct Board {
  nvml::u32 index = 0;
  nvml::Device device = nullptr;
  CallNotes notes;
  std::set<std::string> hanging;  ///< calls that did not return, and are not repeated
  std::set<std::string> lacking;  ///< features whose absence no code tells
  nvml::u64 memory_used_by_processes = 0;
  std::map<nvml::u32, nvml::u32> slots;  ///< MIG slot by GPU instance
};

/// The whole recording: one client, all boards.
struct Session {
  NvmlClient& client;
  const RecordOptions& options;
  std::vector<Board> boards;
  double seconds = 0;  ///< between the two readings of each counter
};

/// Counters of a GPU at one time, to make rates of two.
struct Counters {
  std::map<nvml::u32, double> fields;  ///< by field number
  void* gpm_sample = nullptr;
};
/// Reads those, and takes a sample of performance monitoring.
Counters begin_counters(Session& session, Board& board);

/// Writes what the GPU is, can and does, but neither its processes nor how its calls behave.
void write_gpu(Session& session, Board& board, const Counters& before, TomlWriter& out);
/// ECC, repairs, links, topology and fabric.
void write_health(Session& session, Board& board, TomlWriter& out);
void write_wiring(Session& session, Board& board, TomlWriter& out);
/// Rates, from `before` to now.
void write_rates(Session& session, Board& board, const Counters& before, TomlWriter& out);
/// A MIG device of a board.
struct MigSlotFound {
  nvml::u32 slot;
  nvml::Device device;
};
/// Finds them, and notes their slots in the board.
std::vector<MigSlotFound> find_slots(const Session& session, Board& board);
/// Whether they are enabled, and the devices.
void write_mig_mode(const Session& session, const Board& board, TomlWriter& out);
void write_mig(Session& session, Board& board, TomlWriter& out);
/// What calls did that the description does not explain: unsupported, error, hang.
void write_behaviour(const Board& board, TomlWriter& out);
/// Makes the calls that nothing else makes, so that their codes are known.
void ask_the_rest(const Session& session, Board& board);
/// Median durations of slow calls, written as the file has them.
std::map<std::string, std::string> slow_calls(const std::vector<Board>& boards);

/// Processes of all GPUs by PID, written after the GPUs; fills memory_used_by_processes.
struct Use {
  nvml::u32 gpu = 0;
  std::optional<nvml::u32> slot;
  bool compute = false, graphics = false, mps = false;
  nvml::u64 memory = 0;
  nvml::u32 sm = 0, memory_utilization = 0, encoder = 0, decoder = 0;
};
using Processes = std::map<nvml::u32, std::vector<Use>>;
Processes find_processes(Session& session);
void write_processes(const Session& session, const Processes& processes, TomlWriter& out);

}  // namespace gander::sim::record
