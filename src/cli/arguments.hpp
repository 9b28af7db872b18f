// SPDX-License-Identifier: Apache-2.0
// The command line as plain data. What the user may type stands in arguments.cpp and nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "choose/pick.hpp"
#include "cli/exit_code.hpp"
#include "export/columns.hpp"
#include "export/workload_page.hpp"
#include "gander/device.hpp"
#include "gander/process.hpp"

namespace gander::cli {

/// Percentages from which a value is drawn as moderate, and as heavy.
struct Percentages {
  int moderate{};
  int heavy{};
  friend bool operator==(const Percentages&, const Percentages&) = default;
};

/// In which form the status is wanted.
enum class StatusForm : std::uint8_t { page, detail, topology, json, csv, table };

/// Whether the screen that stays open is wanted rather than one look.
enum class MonitorWish : std::uint8_t {
  no,     ///< Something was asked for that is printed once.
  maybe,  ///< Where there is a terminal, and the configuration has nothing against it.
  asked,  ///< By name.
};

/// What only the monitor has. Empty: what the configuration says.
struct MonitorArguments {
  std::string mode;
  std::string theme;
  std::string columns;             ///< Of the process table.
  std::optional<double> interval;  ///< Seconds.
  bool readonly = false;
  bool no_last = false;  ///< Nothing is printed after it.
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
  StatusForm form{};
  RowKind rows{};               ///< What a row is, in CSV and in a table.
  Columns columns;              ///< In CSV and in a table; those of `usual_columns` if none named.
  std::optional<double> watch;  ///< Seconds between looks; absent: one look.
  double window = 0;  ///< Seconds over which CPU use and rates are measured; 0: no second look.
  MonitorWish monitor{};
  MonitorArguments screen;
};

struct DoctorArguments {
  bool json = false;
  bool ascii = false;
  bool force_color = false;
};

struct ConfigArguments {
  bool path = false;  ///< Only where the user's file stands.
};

/// `gander doctor --cost`.
struct CostArguments {
  unsigned seconds = 30;  ///< How long to watch; the rarest numbers are read every 30 s.
  bool json = false;
  bool ascii = false;
  bool force_color = false;
};

struct MetricsArguments {
  std::vector<Metric> metrics;  ///< In the order of the table.
  bool is_chosen = false;       ///< Whether somebody chose them.
  bool json = false;
  bool ascii = false;
  bool force_color = false;
};

enum class WorkloadForm : std::uint8_t { page, json, csv };

/// `gander notebooks` and `gander devices`.
struct WorkloadArguments {
  WorkloadPageOptions page;  ///< All but how and how wide it is drawn.
  WorkloadForm form{};
  bool only_visible = false;
  bool only_mine = false;  ///< Only processes of the user who asks.
  double window = 0;       ///< Seconds between two looks; 0: one look.
  bool is_window_chosen = false;
  bool watches = false;            ///< Again and again: on a terminal the screen.
  std::optional<double> interval;  ///< Seconds between looks; absent: what is configured.
  bool hides_footnote = false;     ///< On the screen, which has one unless told otherwise.
  bool hides_legend = false;       ///< The keys on the screen.
  bool readonly = false;           ///< The screen sends no signals.
  bool ascii = false;
  bool force_color = false;
  bool no_color = false;
};

/// How a device is named where others read it.
enum class DeviceFormat : std::uint8_t { index, uuid, pci };

/// `gander available`.
struct AvailableArguments {
  choose::Wish wish;  ///< Without what has to be looked up.
  /// Present and empty: what the user who asks holds counts as free.
  std::optional<std::vector<std::string>> free_users;
  /// Present: only what this value of CUDA_VISIBLE_DEVICES names; empty: what the variable does.
  std::optional<std::string> inherits;
  bool is_exact = false;       ///< Fewer than wished for are not named.
  std::optional<double> wait;  ///< Seconds; infinite: without an end.
  DeviceFormat format{};
  bool is_format_chosen = false;
  std::string separator = ",";
  bool ends_with_zero = false;
  bool exports = false;
  bool json = false;
  bool explains = false;
};

/// `gander list`.
struct ListArguments {
  AvailabilityTerms terms;
  std::optional<std::vector<std::string>> free_users;  ///< As of `gander available`.
  std::optional<std::vector<DeviceIndex>> only;
  bool json = false;
  bool ascii = false;
  bool force_color = false;
};

/// `gander kill`.
struct KillArguments {
  std::vector<DeviceIndex> devices;  ///< Empty: all, where processes are named.
  std::vector<Pid> pids;             ///< Empty: all on the devices.
  std::vector<std::string> users;    ///< Empty: the user who asks.
  bool everybody = false;            ///< Processes of all users.
  bool graphics = false;             ///< Also those that only draw.
  int only_signal = 0;               ///< Instead of all, one after the other; 0: all.
  double grace = 5;                  ///< Seconds for each signal.
  bool is_dry = false;
  bool is_sure = false;  ///< Nobody is asked.
  bool json = false;
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
struct SimRecordArguments {
  std::string file;  ///< `-` is standard output.
  bool keep_names = false;
  bool force = false;
  double seconds = 1;
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

using Invocation =
    std::variant<Reply, StatusArguments, ConfigArguments, DoctorArguments, CostArguments,
                 MetricsArguments, WorkloadArguments, AvailableArguments, ListArguments,
                 KillArguments, SimRunArguments, SimListArguments, SimSetArguments,
                 SimHoldArguments, SimRecordArguments>;

/// Understands a command line; never exits, prints or throws.
Invocation parse_arguments(int argc, const char* const* argv);

}  // namespace gander::cli
