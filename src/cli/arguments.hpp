// SPDX-License-Identifier: Apache-2.0
// The command line as plain data. What the user may type stands in arguments.cpp and nowhere else.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/exit_code.hpp"
#include "gander/device.hpp"
#include "gander/process.hpp"

namespace gander::cli {

/// Percentages from which a value is drawn as moderate, and as heavy.
struct Percentages {
  int moderate{};
  int heavy{};
  friend bool operator==(const Percentages&, const Percentages&) = default;
};

struct StatusArguments {
  std::optional<std::vector<DeviceIndex>> only;
  bool only_visible = false;
  bool compute = false;
  bool only_compute = false;
  bool graphics = false;
  bool only_graphics = false;
  std::optional<std::vector<std::string>> users;  ///< Present and empty: the user who asks.
  std::vector<Pid> pids;
  std::optional<Percentages> gpu_thresholds;
  std::optional<Percentages> memory_thresholds;
  bool ascii = false;
  bool force_color = false;
  bool json = false;
  double window = 0;     ///< Seconds over which CPU use is measured; 0: since each process started.
  bool monitor = false;  ///< Asked for the monitor, which this version does not have.
};

struct DoctorArguments {
  bool json = false;
  bool ascii = false;
  bool force_color = false;
};

struct SimRunArguments {
  std::string machine;
  std::vector<std::string> command;  ///< Empty: `gander status`.
};
struct SimListArguments {
  bool json = false;
};
struct SimSetArguments {
  std::vector<std::string> assignments;
};
struct SimHoldArguments {
  std::string gpu;
  std::string memory;
  std::optional<Pid> pid;
  std::vector<std::string> command;
};

/// Nothing left to run: help, version, or what is wrong with the command line.
struct Reply {
  ExitCode exit_code{};
  std::string text;  ///< What to print, or the complaint: one line without its end.
};

using Invocation = std::variant<Reply, StatusArguments, DoctorArguments, SimRunArguments,
                                SimListArguments, SimSetArguments, SimHoldArguments>;

/// Understands a command line; never exits, prints or throws.
Invocation parse_arguments(int argc, const char* const* argv);

}  // namespace gander::cli
