// SPDX-License-Identifier: Apache-2.0
// What the user has chosen to see. Panels read it and the snapshot, and nothing else; only
// app/control.cpp changes it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gander/metric.hpp"
#include "gander/process.hpp"
#include "gander/select.hpp"
#include "gander/snapshot.hpp"
#include "gander/source.hpp"
#include "tui/view/action.hpp"
#include "tui/view/filter.hpp"
#include "tui/view/notebook_screen.hpp"
#include "tui/view/table_column.hpp"
#include "tui/widget/sample.hpp"

namespace gander::tui {

enum class Mode : std::uint8_t { automatic, full, compact };
enum class SortKey : std::uint8_t {
  natural,
  pid,
  user,
  gpu_memory,
  sm,
  memory_bandwidth,
  cpu,
  host_memory,
  time,
};
/// Parts of the main screen.
enum class MainPanel : std::uint8_t { devices, host, processes };
enum class Grouping : std::uint8_t { none, user, container, job, notebook };

/// Who a process is: never its number alone.
struct ProcessKey {
  Pid pid{};
  std::optional<std::uint64_t> start_ticks;
  friend auto operator<=>(const ProcessKey&, const ProcessKey&) = default;
};
ProcessKey key_of(const Process& process);

/// A row of the process table: a process on a device.
struct RowKey {
  ProcessKey process;
  std::string device;  ///< UUID.
  friend auto operator<=>(const RowKey&, const RowKey&) = default;
};

/// Of a row on the screen of notebooks: without a process pid 0, without a device no UUID.
RowKey key_of(const text::WorkloadRow& row);

struct SortOrder {
  SortKey key{};
  bool is_reversed = false;
};

/// The signals that have a button of their own, in the order of the buttons; behind them stands the
/// one that cancels.
inline constexpr std::array dialog_signals{15, 9, 2};  // SIGTERM SIGKILL SIGINT

/// What a signal dialog will do once confirmed. The targets are fixed when it opens.
struct SignalDialog {
  struct Target {
    Process process;
    double gpu_memory{};  ///< Bytes it holds, over all devices.
    int children{};
    bool has_ended = false;  ///< As far as who holds it has seen.
  };
  /// Somebody who was meant and cannot be hit.
  struct Miss {
    Pid pid{};
    std::string reason;  ///< One line; foreign text.
  };
  std::vector<Target> targets;
  std::vector<Miss> misses;
  int signal{};                      ///< That a key named; 0: one of `listed_signals`, by choice.
  int choice{};                      ///< Index of the highlighted button; the safe one is the last.
  int scroll{};                      ///< Rows that the list is scrolled down.
  std::vector<std::string> results;  ///< Once sent, for each target why it was refused; or empty.
};

/// A signal by its number on Linux, and what it does to a program that does not handle it.
struct SignalRow {
  int number{};
  std::string_view name;
  std::string_view help;
};
/// Those to choose from where no key named one.
inline constexpr std::array listed_signals{
    SignalRow{15, "SIGTERM", "asks to end"},
    SignalRow{9, "SIGKILL", "ends at once, without saving"},
    SignalRow{2, "SIGINT", "what Ctrl-c sends"},
    SignalRow{3, "SIGQUIT", "ends and leaves a core file"},
    SignalRow{1, "SIGHUP", "terminal gone; services read their configuration"},
    SignalRow{10, "SIGUSR1", "of the program's own meaning; ends others"},
    SignalRow{12, "SIGUSR2", "of the program's own meaning; ends others"},
    SignalRow{6, "SIGABRT", "ends and leaves a core file"},
    SignalRow{19, "SIGSTOP", "stops until SIGCONT; keeps its GPU memory"},
    SignalRow{20, "SIGTSTP", "what Ctrl-z sends"},
    SignalRow{18, "SIGCONT", "goes on after a stop"},
};
/// The signals a dialog offers, in order; behind them stands what cancels.
std::vector<int> offered_signals(const SignalDialog& dialog);
/// `SIGTERM`; `signal 40` for one without a row.
std::string name_of_signal(int signal);

/// The button that is highlighted first: that of the signal if a key named one, else cancel.
int first_choice(int signal);
/// Heights of the host: bars, graphs as usual, and the lowest and highest there are.
inline constexpr int bar_rows = 2;
inline constexpr int graph_rows = 12;
inline constexpr int least_graph_rows = 6;
inline constexpr int most_graph_rows = 40;

/// The number that a person pointed at.
struct PointedCell {
  Metric metric{};
  std::string device;  ///< UUID; empty where it is of none.
};

struct ViewState {
  Screen screen{};
  Mode mode{};
  Charset charset{};
  Charset usual_charset{};  ///< What suits the terminal.
  Levels gpu_levels{0.10, 0.75};
  Levels memory_levels{0.10, 0.80};
  std::vector<SortOrder> sort{{}};  ///< First is strongest.
  Grouping grouping{};
  Filter filter;
  bool is_typing_filter = false;
  std::string filter_text;
  Selection selection;  ///< From the command line: which devices and processes at all.
  bool is_paused = false;
  bool is_following = false;
  bool is_read_only = true;  ///< No signal path exists.
  bool show_host = true;
  bool show_devices = true;
  bool show_processes = true;
  /// From the top.
  std::array<MainPanel, 3> panels{MainPanel::devices, MainPanel::host, MainPanel::processes};
  int device_rows = 0;  ///< Height the user gave the devices; 0: what suits the terminal.
  int host_rows = 0;    ///< Height of the host: `bar_rows`, or more for graphs; 0: what suits.
  TableColumns columns;
  NotebookScreen notebooks;

  std::optional<RowKey> selected;
  std::set<ProcessKey> tagged;
  std::optional<std::string> selected_device;  ///< UUID, on the device screen.
  std::optional<PointedCell> pointed;          ///< Asked about first, until something is selected.
  std::set<std::string> marked_devices;        ///< UUIDs whose CUDA_VISIBLE_DEVICES is copied.
  std::set<ProcessKey> collapsed;              ///< On the tree screen.
  /// Off once the user has scrolled by hand, until the selection moves again.
  bool keeps_selection_in_sight = true;
  int scroll = 0;  ///< Rows of the whole screen.
  int process_scroll = 0;
  int device_scroll = 0;
  int host_info_column = 0;  ///< Columns scrolled to the right.
  std::optional<SignalDialog> dialog;
  std::optional<ProcessKey> environment_of;  ///< Whose environment was asked for.
  bool is_environment_known = false;
  std::vector<std::string> environment;  ///< Answer to the last question; foreign text.
  std::string environment_problem;       ///< Why there is none.
  bool shows_secrets = false;
  int settings_row = 0;     ///< Selected setting.
  int environment_row = 0;  ///< Selected variable.
  int why_row = 0;          ///< Selected number of the why screen.
  int page_scroll = 0;      ///< Rows that device, process and help screens are scrolled down.
  int page_column = 0;      ///< Columns that tree and environment are scrolled to the right.
  /// Keys of actions that the configuration bound otherwise, as `KeyMap::keys_of` spells them.
  std::map<Action, std::string> keys;
  std::string theme;                    ///< Name; empty: the one that suits the terminal.
  std::vector<std::string> own_themes;  ///< Names of the user's own, beside those built in.
  std::string message;                  ///< One line at the bottom, until the next key.

  std::uint32_t viewer_uid{};
  std::string viewer;      ///< user@host title is made from it and the host.
  std::string clock_text;  ///< Local time of the snapshot, made by the app.
  double now{};            ///< Unix seconds when this frame is drawn.
  double interval{1.0};    ///< Seconds between samples.
};

/// What the screen of notebooks shows: conditions of its own, those of the command line, and the
/// filter that was typed. Refers to both.
text::WorkloadChoice notebook_choice(const Snapshot& snapshot, const ViewState& state);

/// What a screen shows, and so what must be read for it; on the main screen `monitor_demand`.
Demand demand_of(const ViewState& state);

/// Whether the user wants to see a part of the main screen.
bool is_shown(const ViewState& state, MainPanel panel);
/// The part that is shown above another; none where that is the first.
std::optional<MainPanel> panel_above(const ViewState& state, MainPanel panel);
/// Moves a part to the top, and shows it.
void raise(ViewState& state, MainPanel panel);

}  // namespace gander::tui
