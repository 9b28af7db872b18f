// SPDX-License-Identifier: Apache-2.0
// The rows of the settings menu and their choices.
#include "tui/view/setting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "tui/screen/theme.hpp"

namespace gander::tui {
namespace {

constexpr std::array rows{
    SettingRow{Setting::mode, "Layout", "Mode", "How much room devices and host take."},
    SettingRow{Setting::devices, "Layout", "Devices", "Whether the main screen shows the GPUs."},
    SettingRow{Setting::host, "Layout", "Host", "Whether the main screen shows the host."},
    SettingRow{Setting::processes, "Layout", "Processes",
               "Whether the main screen shows the processes."},
    SettingRow{Setting::order, "Layout", "Order", "Which part of the main screen stands on top."},
    SettingRow{Setting::device_height, "Layout", "Device rows",
               "How high the devices are, in the automatic mode."},
    SettingRow{Setting::host_height, "Layout", "Host rows",
               "How high the host is: bars, or graphs of so many rows."},
    SettingRow{Setting::theme, "Look", "Theme", "Which colours stand for load, warnings, errors."},
    SettingRow{Setting::charset, "Look", "Characters",
               "Which characters draw graphs, bars and frames."},
    SettingRow{Setting::interval, "Time", "Interval", "Time between two looks at the GPUs."},
    SettingRow{Setting::pause, "Time", "Picture", "Whether the picture follows what is measured."},
    SettingRow{Setting::sort, "Processes", "Sort by", "Column that orders the processes."},
    SettingRow{Setting::direction, "Processes", "Direction", "Which end of the order is on top."},
    SettingRow{Setting::grouping, "Processes", "Group by", "What processes are put together by."},
    SettingRow{Setting::secrets, "Processes", "Secrets",
               "Whether environments show values that look like passwords."},
    SettingRow{Setting::column_gpu, "Columns", "GPU", "Index of the GPU."},
    SettingRow{Setting::column_type, "Columns", "Type",
               "C for computing, G for drawing, X for both."},
    SettingRow{Setting::column_user, "Columns", "USER", "Who runs it."},
    SettingRow{Setting::column_gpu_memory, "Columns", "GPU-MEM", "Memory it holds on the GPU."},
    SettingRow{Setting::column_sm, "Columns", "%SM", "Its use of the GPU's processors."},
    SettingRow{Setting::column_memory_bandwidth, "Columns", "%GMBW",
               "Its use of the GPU's memory bandwidth."},
    SettingRow{Setting::column_cpu, "Columns", "%CPU",
               "Its use of the host's processors; 100 is one."},
    SettingRow{Setting::column_host_memory, "Columns", "%MEM", "Its share of the host's memory."},
    SettingRow{Setting::column_time, "Columns", "TIME", "How long it has run."},
    SettingRow{Setting::column_owner, "Columns", "OWNER",
               "Container, job, unit or notebook it belongs to."},
    SettingRow{Setting::column_command, "Columns", "COMMAND", "Its command line."},
    SettingRow{Setting::gpu_moderate, "Levels", "GPU moderate",
               "Utilization from which a GPU counts as moderately loaded."},
    SettingRow{Setting::gpu_heavy, "Levels", "GPU heavy",
               "Utilization from which a GPU counts as heavily loaded."},
    SettingRow{Setting::memory_moderate, "Levels", "Memory moderate",
               "Share of memory from which it counts as moderately used."},
    SettingRow{Setting::memory_heavy, "Levels", "Memory heavy",
               "Share of memory from which it counts as heavily used."},
};

/// Which column a setting shows or hides.
struct ColumnSetting {
  Setting setting;
  TableColumn column;
};
constexpr std::array column_settings{
    ColumnSetting{Setting::column_gpu, TableColumn::gpu},
    ColumnSetting{Setting::column_type, TableColumn::type},
    ColumnSetting{Setting::column_user, TableColumn::user},
    ColumnSetting{Setting::column_gpu_memory, TableColumn::gpu_memory},
    ColumnSetting{Setting::column_sm, TableColumn::sm},
    ColumnSetting{Setting::column_memory_bandwidth, TableColumn::memory_bandwidth},
    ColumnSetting{Setting::column_cpu, TableColumn::cpu},
    ColumnSetting{Setting::column_host_memory, TableColumn::host_memory},
    ColumnSetting{Setting::column_time, TableColumn::time},
    ColumnSetting{Setting::column_owner, TableColumn::owner},
    ColumnSetting{Setting::column_command, TableColumn::command},
};

constexpr std::array<std::string_view, 3> panel_names{"devices", "host", "processes"};
constexpr std::array orders{
    std::array{MainPanel::devices, MainPanel::host, MainPanel::processes},
    std::array{MainPanel::devices, MainPanel::processes, MainPanel::host},
    std::array{MainPanel::host, MainPanel::devices, MainPanel::processes},
    std::array{MainPanel::host, MainPanel::processes, MainPanel::devices},
    std::array{MainPanel::processes, MainPanel::devices, MainPanel::host},
    std::array{MainPanel::processes, MainPanel::host, MainPanel::devices},
};
/// Heights to choose from; 0: what suits.
constexpr std::array device_heights{0, 4, 6, 8, 10, 12, 16, 20, 24, 30, 40};
constexpr std::array host_heights{0, bar_rows, least_graph_rows, 8, 10, graph_rows, 16, 20, 30};

constexpr std::array<std::string_view, 3> mode_names{"automatic", "full", "compact"};
constexpr std::array<std::string_view, 3> charset_names{"unicode", "blocks", "ascii"};
constexpr std::array<std::string_view, 9> sort_names{
    "GPU order",        "PID", "user",        "GPU memory", "SM",
    "memory bandwidth", "CPU", "host memory", "time"};
constexpr std::array<std::string_view, 5> grouping_names{"nothing", "user", "container", "job",
                                                         "notebook"};
constexpr std::array intervals{0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0};

/// The place behind or before one of `count`; they go round.
std::size_t next_place(std::size_t place, std::size_t count, Step step) {
  return (place + (step == Step::forward ? 1 : count - 1)) % count;
}

template <class Enum, std::size_t Count>
Enum turn(Enum now, const std::array<std::string_view, Count>&, Step step) {
  return static_cast<Enum>(next_place(static_cast<std::size_t>(now), Count, step));
}

std::string next_theme(const ViewState& state, Step step) {
  std::vector<std::string> names{""};
  for (const Theme& theme : built_in_themes()) names.push_back(theme.name);
  names.insert(names.end(), state.own_themes.begin(), state.own_themes.end());
  const auto found = std::ranges::find(names, state.theme);
  const auto place = static_cast<std::size_t>(found == names.end() ? 0 : found - names.begin());
  return names[next_place(place, names.size(), step)];
}

/// The next of the choices, behind or before the one that is nearest; they go round.
template <std::size_t Count>
int next_height(const std::array<int, Count>& heights, int now, Step step) {
  const auto* found = std::ranges::find(heights, now);
  if (found == heights.end() && step == Step::back) found = std::ranges::upper_bound(heights, now);
  if (found == heights.end()) {
    found = std::ranges::upper_bound(heights, now);
    return found == heights.end() ? heights.front() : *found;
  }
  const auto place = static_cast<std::size_t>(found - heights.begin());
  return heights[next_place(place, Count, step)];
}

std::array<MainPanel, 3> next_order(const std::array<MainPanel, 3>& now, Step step) {
  const auto* found = std::ranges::find(orders, now);
  const auto place = static_cast<std::size_t>(found - orders.begin());
  return orders[next_place(place, orders.size(), step)];
}

std::optional<TableColumn> column_of(Setting setting) {
  const auto* found = std::ranges::find(column_settings, setting, &ColumnSetting::setting);
  if (found == column_settings.end()) return std::nullopt;
  return found->column;
}

std::string height_text(int height) {
  return height == 0 ? "automatic" : fmt::format("{} rows", height);
}

std::string order_text(const ViewState& state) {
  std::string text;
  for (const MainPanel panel : state.panels) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", name_of(panel));
  }
  return text;
}

double next_interval(double now, Step step) {
  constexpr double nearly = 1e-9;
  if (step == Step::forward) {
    const auto* longer = std::ranges::upper_bound(intervals, now + nearly);
    return longer == intervals.end() ? intervals.back() : *longer;
  }
  const auto* same = std::ranges::lower_bound(intervals, now - nearly);
  return same == intervals.begin() ? intervals.front() : *(same - 1);
}

/// In steps of five percent.
double next_level(double now, Step step) {
  const double change = step == Step::forward ? 0.05 : -0.05;
  return std::clamp(std::round((now + change) * 20) / 20, 0.05, 0.95);
}

/// Moves one end; the other gives way so that moderate stays below heavy, or at it.
void change_level(Levels& levels, double Levels::* end, Step step) {
  levels.*end = next_level(levels.*end, step);
  if (end == &Levels::moderate) levels.heavy = std::max(levels.heavy, levels.moderate);
  if (end == &Levels::heavy) levels.moderate = std::min(levels.moderate, levels.heavy);
}

SortOrder& order_of(ViewState& state) {
  if (state.sort.empty()) state.sort.emplace_back();
  return state.sort.front();
}

std::string percent(double ratio) { return fmt::format("{:.0f}%", ratio * 100); }
std::string shown(bool value) { return value ? "shown" : "hidden"; }

void toggle(ViewState& state, Setting setting) {
  if (const auto column = column_of(setting)) {
    if (state.columns.has(*column)) {
      state.columns.hide(*column);
    } else {
      state.columns.show(*column);
    }
  }
  if (setting == Setting::devices) state.show_devices = !state.show_devices;
  if (setting == Setting::host) state.show_host = !state.show_host;
  if (setting == Setting::processes) state.show_processes = !state.show_processes;
  if (setting == Setting::secrets) state.shows_secrets = !state.shows_secrets;
  if (setting == Setting::pause) state.is_paused = !state.is_paused;
  if (setting == Setting::direction) order_of(state).is_reversed = !order_of(state).is_reversed;
}

std::string level_text(const ViewState& state, Setting setting) {
  if (setting == Setting::gpu_moderate) return percent(state.gpu_levels.moderate);
  if (setting == Setting::gpu_heavy) return percent(state.gpu_levels.heavy);
  if (setting == Setting::memory_moderate) return percent(state.memory_levels.moderate);
  return percent(state.memory_levels.heavy);
}

}  // namespace

std::span<const SettingRow> settings() { return rows; }

std::string_view name_of(Mode mode) { return mode_names[static_cast<std::size_t>(mode)]; }
std::string_view name_of(Charset charset) {
  return charset_names[static_cast<std::size_t>(charset)];
}
std::string_view name_of(MainPanel panel) { return panel_names[static_cast<std::size_t>(panel)]; }
std::string_view name_of(SortKey key) { return sort_names[static_cast<std::size_t>(key)]; }
std::string_view name_of(Grouping grouping) {
  return grouping_names[static_cast<std::size_t>(grouping)];
}

std::string value_of(const ViewState& state, Setting setting) {
  const SortOrder order = state.sort.empty() ? SortOrder{} : state.sort.front();
  switch (setting) {
    case Setting::mode:
      return std::string{name_of(state.mode)};
    case Setting::theme:
      return state.theme.empty() ? "automatic" : state.theme;
    case Setting::charset:
      return std::string{name_of(state.charset)};
    case Setting::interval:
      return fmt::format("{:g} s", state.interval);
    case Setting::sort:
      return std::string{name_of(order.key)};
    case Setting::direction:
      return order.is_reversed ? "reversed" : "usual";
    case Setting::grouping:
      return std::string{name_of(state.grouping)};
    case Setting::devices:
      return shown(state.show_devices);
    case Setting::host:
      return shown(state.show_host);
    case Setting::processes:
      return shown(state.show_processes);
    case Setting::secrets:
      return state.shows_secrets ? "shown" : "masked";
    case Setting::pause:
      return state.is_paused ? "held still" : "live";
    case Setting::order:
      return order_text(state);
    case Setting::device_height:
      return height_text(state.device_rows);
    case Setting::host_height:
      return state.host_rows == bar_rows ? "bars" : height_text(state.host_rows);
    default:
      break;
  }
  if (const auto column = column_of(setting)) return shown(state.columns.has(*column));
  return level_text(state, setting);
}

std::string_view meaning_of(const ViewState& state, Setting setting) {
  const SortOrder order = state.sort.empty() ? SortOrder{} : state.sort.front();
  const bool grows =
      order.key == SortKey::natural || order.key == SortKey::pid || order.key == SortKey::user;
  switch (setting) {
    case Setting::mode:
      if (state.mode == Mode::automatic) return "as much as the terminal holds";
      return state.mode == Mode::full ? "everything at full height" : "one row for each GPU";
    case Setting::charset:
      if (state.charset == Charset::unicode) return "frames, and graphs of Braille dots";
      return state.charset == Charset::blocks ? "graphs of blocks, for fonts without Braille"
                                              : "letters and signs of every terminal";
    case Setting::theme:
      return state.theme.empty() ? "dark or light, as the terminal's background is" : "";
    case Setting::direction:
      return grows != order.is_reversed ? "smallest first" : "greatest first";
    case Setting::secrets:
      return state.shows_secrets ? "anybody who sees this screen can read them" : "shown as dots";
    case Setting::pause:
      return state.is_paused ? "measuring goes on behind it" : "each sample is drawn";
    default:
      return {};
  }
}

void change(ViewState& state, Setting setting, Step step) {
  switch (setting) {
    case Setting::mode:
      state.mode = turn(state.mode, mode_names, step);
      return;
    case Setting::theme:
      state.theme = next_theme(state, step);
      return;
    case Setting::charset:
      state.charset = turn(state.charset, charset_names, step);
      return;
    case Setting::interval:
      state.interval = next_interval(state.interval, step);
      return;
    case Setting::sort:
      order_of(state) = {turn(order_of(state).key, sort_names, step), false};
      return;
    case Setting::grouping:
      state.grouping = turn(state.grouping, grouping_names, step);
      return;
    case Setting::order:
      state.panels = next_order(state.panels, step);
      return;
    case Setting::device_height:
      state.device_rows = next_height(device_heights, state.device_rows, step);
      return;
    case Setting::host_height:
      state.host_rows = next_height(host_heights, state.host_rows, step);
      return;
    case Setting::gpu_moderate:
      return change_level(state.gpu_levels, &Levels::moderate, step);
    case Setting::gpu_heavy:
      return change_level(state.gpu_levels, &Levels::heavy, step);
    case Setting::memory_moderate:
      return change_level(state.memory_levels, &Levels::moderate, step);
    case Setting::memory_heavy:
      return change_level(state.memory_levels, &Levels::heavy, step);
    default:
      break;
  }
  toggle(state, setting);
}

}  // namespace gander::tui
