// SPDX-License-Identifier: Apache-2.0
// What a simulated machine is like, as its TOML file says it: the start values of the state the
// library reads, and the processes to start. It must not start anything.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"
#include "sim/nvml/state.hpp"

namespace gander::sim {

/// A process of the machine: a placeholder shown with this command line and environment.
struct ProcessDescription {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
  std::string user;            ///< name of an account; empty: the launcher's
  std::uint32_t uid = no_uid;  ///< used where `user` is no account here
  double cpu = 0;              ///< processors burnt: 0.5 is half of one
  bool own_session = true;     ///< leads a session of its own
  bool ended = false;          ///< ends at once and still holds its GPU memory
  bool stubborn = false;       ///< ignores SIGTERM
  bool own_pid_space = false;  ///< begins a PID namespace, as a container does (root only)
  std::vector<Process> uses;   ///< one row for each GPU it is on; pids are filled at the start
  std::vector<ProcessDescription> children;
  static constexpr std::uint32_t no_uid = 0xffffffffU;
};

/// A whole machine.
struct Description {
  std::string name;
  std::string summary;  ///< one line
  std::string file;     ///< where it was read from
  Clock clock{};  ///< started_monotonic_ns and, where 0, epoch_unix_ns are filled at the start
  Driver driver{};
  std::vector<Gpu> gpus;
  std::vector<CallFault> faults;
  std::vector<ProcessDescription> processes;
};

/// Reads a description. `file` stands in messages and in the result. Fails with invalid_data and
/// one line `file:line:column: what and what to do`.
Result<Description> parse_description(std::string_view text, const std::string& file);

/// Reads the file at `path`. Also fails with not_found and no_permission.
Result<Description> load_description(const std::string& path);

}  // namespace gander::sim
