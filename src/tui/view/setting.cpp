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
    SettingRow{Setting::gpu_moderate, "Levels", "GPU moderate",
               "Utilization from which a GPU counts as moderately loaded."},
    SettingRow{Setting::gpu_heavy, "Levels", "GPU heavy",
               "Utilization from which a GPU counts as heavily loaded."},
    SettingRow{Setting::memory_moderate, "Levels", "Memory moderate",
               "Share of memory from which it counts as moderately used."},
    SettingRow{Setting::memory_heavy, "Levels", "Memory heavy",
               "Share of memory from which it counts as heavily used."},
};

constexpr std::array<std::string_view, 3> mode_names{"automatic", "full", "compact"};
constexpr std::array<std::string_view, 3> charset_names{"unicode", "blocks", "ascii"};
constexpr std::array<std::string_view, 9> sort_names{
    "GPU order",        "PID", "user",        "GPU memory", "SM",
    "memory bandwidth", "CPU", "host memory", "time"};
constexpr std::array<std::string_view, 5> grouping_names{"nothing", "user", "container", "job",
                                                         "notebook"};
constexpr std::array intervals{0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0};

template <class Enum, std::size_t Count>
Enum turn(Enum now, const std::array<std::string_view, Count>&, Step step) {
  const auto place =
      static_cast<std::size_t>(now) + Count + (step == Step::forward ? 1 : Count - 1);
  return static_cast<Enum>(place % Count);
}

std::string next_theme(const ViewState& state, Step step) {
  std::vector<std::string> names{""};
  for (const Theme& theme : built_in_themes()) names.push_back(theme.name);
  names.insert(names.end(), state.own_themes.begin(), state.own_themes.end());
  const auto found = std::ranges::find(names, state.theme);
  const auto place = static_cast<std::size_t>(found == names.end() ? 0 : found - names.begin());
  const auto by = step == Step::forward ? 1 : names.size() - 1;
  return names[(place + by) % names.size()];
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
    default:
      return level_text(state, setting);
  }
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
