// SPDX-License-Identifier: Apache-2.0
// What the files that declare the command line share. Only for arguments*.cpp.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"

namespace CLI {
class App;
}

namespace gander::cli {

/// Group of options that help does not list.
inline constexpr const char* silent_group = "silent";

/// What CLI11 fills; turned into the plain data of the header once all is valid.
struct Draft {
  StatusArguments status;
  DoctorArguments doctor;
  bool cost = false;
  MetricsArguments metrics;
  SimRunArguments sim_run;
  SimListArguments sim_list;
  SimSetArguments sim_set;
  SimHoldArguments sim_hold;
  SimRecordArguments sim_record;
  std::vector<std::string> only;
  std::vector<std::string> users;
  std::vector<int> gpu_thresholds;
  std::vector<int> memory_thresholds;
  bool detail = false;
  bool topology = false;
  bool json = false;
  std::string csv;  ///< Empty: not asked for.
  std::vector<std::string> columns;
  double watch = 0;
  std::vector<std::string> metric_words;
  std::string monitor_mode;
  double interval = 2;
  Pid hold_pid = 0;
};

/// Declares the options of `gander status`.
void add_status_options(CLI::App& app, Draft& draft);

/// Turns what CLI11 filled into the arguments of `gander status`. Throws as CLI11 does.
void finish_status(const CLI::App& app, Draft& draft);

}  // namespace gander::cli
