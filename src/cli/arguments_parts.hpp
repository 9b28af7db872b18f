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

/// What CLI11 fills of `gander notebooks` and `gander devices`; a leading `!` negates.
struct WorkloadDraft {
  WorkloadArguments arguments;
  std::string pattern;
  bool members = false;
  bool everything = false;
  bool plain = false;
  std::string sort = "usual";
  std::vector<std::string> show;
  std::vector<std::string> hide;
  std::vector<int> thresholds;
  std::string host_unit = "auto";
  std::string device_unit = "auto";
  std::vector<std::string> gpus;
  std::vector<std::string> users;
  std::vector<std::string> pids;
  std::vector<std::string> types;
  std::string memory;
  std::string idle;
  bool hide_header = false;
  bool separators = false;
  bool no_separators = false;
  bool json = false;
  bool csv = false;
  bool once = false;
  std::string watch;
  std::string interval;
  std::string samples;
};

/// What CLI11 fills of `gander available` and `gander list`.
struct AvailableDraft {
  AvailableArguments arguments;
  ListArguments list;
  std::string used;
  std::string free;
  std::string total;
  std::string utilization;
  std::string memory_utilization;
  std::string processes;
  std::string tolerance;
  std::vector<std::string> free_users;
  std::string limit;
  std::string least;
  std::string count;
  std::string order;
  std::vector<std::string> only;
  std::string inherit;
  std::string wait;
  std::string format = "index";
  bool lines = false;
  bool zeros = false;
};

/// What CLI11 fills of `gander kill`.
struct KillDraft {
  KillArguments arguments;
  std::vector<std::string> gpus;
  std::vector<std::string> pids;
  std::string signal;
  std::string grace;
};

/// What CLI11 fills; turned into the plain data of the header once all is valid.
struct Draft {
  StatusArguments status;
  DoctorArguments doctor;
  bool cost = false;
  unsigned cost_seconds = CostArguments{}.seconds;
  MetricsArguments metrics;
  SimRunArguments sim_run;
  SimListArguments sim_list;
  SimSetArguments sim_set;
  SimHoldArguments sim_hold;
  SimRecordArguments sim_record;
  WorkloadDraft workloads;
  AvailableDraft available;
  KillDraft kill;
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
  ConfigArguments config;
  bool light = false;
  double interval = 0;
  Pid hold_pid = 0;
};

/// Declares the options of `gander status`.
void add_status_options(CLI::App& app, Draft& draft);

/// Declares the options of `gander top`.
void add_top_options(CLI::App& app, Draft& draft);
/// Declares what only the monitor has, in a group of help.
void add_monitor_options(CLI::App& app, Draft& draft, const char* group);
/// Options that choose devices and processes, and how they are drawn.
void add_device_options(CLI::App& app, Draft& draft);
void add_process_options(CLI::App& app, Draft& draft);
void add_drawing_options(CLI::App& app, Draft& draft);
/// A finite number in [lowest, highest], written in full; empty where it is one, else a complaint.
std::string check_seconds(const std::string& text, double lowest, double highest);
/// Throws as CLI11 does: `'word' is not wish`.
[[noreturn]] void refuse(const char* option, const std::string& word, const std::string& wish);
/// Throws as CLI11 does where the first of two thresholds is not below the second.
void check_thresholds(const std::vector<int>& values, const char* option);
/// What of the monitor was asked for. Throws as CLI11 does where that contradicts itself.
void finish_monitor(const CLI::App& app, Draft& draft);
/// Whether an option was given to plain `gander` or to one of its commands that shows devices.
bool was_given(const CLI::App& app, const char* option);

/// Joins `--watch 2` to `--watch=2`, where a number follows an option that may do without: it would
/// else take the pattern behind it. Only in the words of `gander notebooks` and `gander devices`.
void join_optional_values(std::vector<std::string>& words);
/// Declare the options of `gander notebooks` and `gander devices`.
void add_notebooks_options(CLI::App& app, Draft& draft);
void add_devices_options(CLI::App& app, Draft& draft);
/// Turns what CLI11 filled into the arguments of the one of the two that was named. Throws as CLI11
/// does.
WorkloadArguments finish_workloads(const CLI::App& app, Draft& draft);

/// Declares the options of `gander available`.
void add_available_options(CLI::App& app, Draft& draft);
/// Declares the options of `gander list`.
void add_list_options(CLI::App& app, Draft& draft);
/// Turn what CLI11 filled into their arguments. Throw as CLI11 does.
ListArguments finish_list(const CLI::App& app, Draft& draft);
AvailableArguments finish_available(const CLI::App& app, Draft& draft);

/// Declares the options of `gander kill`.
void add_kill_options(CLI::App& app, Draft& draft);
/// Turns what CLI11 filled into its arguments. Throws as CLI11 does.
KillArguments finish_kill(const CLI::App& app, Draft& draft);

/// Device indices such as 0 or 3:0. Throws as CLI11 does, naming `option`.
std::vector<DeviceIndex> read_devices(const char* option, const std::vector<std::string>& words);

/// Turns what CLI11 filled into the arguments of `gander status`. Throws as CLI11 does.
void finish_status(const CLI::App& app, Draft& draft);

}  // namespace gander::cli
