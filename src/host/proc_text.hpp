// SPDX-License-Identifier: Apache-2.0
// Texts of /proc into values: pure functions, for text of any origin. What is not there is absent,
// never zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/process.hpp"

namespace gander::host {

/// What we use of /proc/PID/status.
struct StatusText {
  std::optional<std::uint32_t> uid;  ///< Real user id.
  std::vector<Pid> namespace_pids;   ///< NSpid, outermost first; empty before Linux 4.1.
  std::optional<Pid> numa_group;     ///< Ngid where it is one: 0 is none.
  /// Context switches of the first thread.
  std::optional<double> voluntary_switches;
  std::optional<double> involuntary_switches;
};
StatusText parse_status(std::string_view text);

/// What we use of /proc/PID/io: bytes that went through to the storage, not those that a cache
/// answered.
struct ProcessIoText {
  std::optional<double> read;
  std::optional<double> written;
};
ProcessIoText parse_process_io(std::string_view text);

/// Arguments of /proc/PID/cmdline: ended by NUL, trailing NULs trimmed (a process that renames
/// itself leaves them); of NULs alone one empty argument stays. Raw bytes; empty for zombies and
/// kernel threads.
std::vector<std::string> parse_command(std::string_view text);

/// The word for the kernel's state letter; nothing for a letter we do not know.
std::optional<RunState> find_run_state_of(char letter);

/// What we use of /proc/meminfo, in bytes.
struct MemoryText {
  std::optional<double> total;
  std::optional<double> available;  ///< Not there before Linux 3.14.
  std::optional<double> swap_total;
  std::optional<double> swap_free;
};
MemoryText parse_memory(std::string_view text);

/// What we use of /proc/stat: time of all processors in ticks, and how many of them are online.
struct ProcessorText {
  double busy{};
  double total{};
  std::size_t online{};
};
std::optional<ProcessorText> parse_processors(std::string_view text);

/// The three means of /proc/loadavg.
struct LoadText {
  double one_minute{};
  double five_minutes{};
  double fifteen_minutes{};
};
std::optional<LoadText> parse_load(std::string_view text);

/// Whether the /proc of this mountinfo was mounted so that other users' processes are hidden.
bool hides_processes(std::string_view mountinfo);

/// Whether the system's user database looks into /etc/passwd before anything else, by the text of
/// /etc/nsswitch.conf; without one it does.
bool asks_files_first(std::string_view nsswitch);

/// Name of a user in the text of a passwd file; entries of the old `+name` form are none.
std::optional<std::string> find_user_name(std::string_view passwd, std::uint32_t uid);

}  // namespace gander::host
