// SPDX-License-Identifier: Apache-2.0
// The table of settings.
#include "cli/config_table.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "cli/environment.hpp"
#include "model/whole_number.hpp"
#include "text/spelling.hpp"
#include "tui/view/table_column.hpp"
#include "tui/view/view_state.hpp"

namespace gander::cli {
namespace {

constexpr double shortest_interval = 0.1;
constexpr double longest_interval = 3600;

bool is_mode(std::string_view value) { return place_of(mode_words, value).has_value(); }
bool is_charset(std::string_view value) { return place_of(charset_words, value).has_value(); }
bool is_group(std::string_view value) { return place_of(group_words, value).has_value(); }
bool is_switch(std::string_view value) { return value == "true" || value == "false"; }
bool is_name(std::string_view value) { return !value.empty(); }
bool is_levels(std::string_view value) { return find_thresholds(value).has_value(); }

bool is_interval(std::string_view value) {
  double seconds = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  return problem == std::errc{} && end == value.data() + value.size() &&
         seconds >= shortest_interval && seconds <= longest_interval;
}

bool is_sort(std::string_view value) {
  while (true) {
    const auto end = std::min(value.find(','), value.size());
    auto word = value.substr(0, end);
    if (word.starts_with('-')) word.remove_prefix(1);
    if (!place_of(sort_words, word)) return false;
    if (end == value.size()) return true;
    value.remove_prefix(end + 1);
  }
}

/// Each panel once, with or without `-` before it.
bool is_panels(std::string_view value) {
  std::array<bool, panel_words.size()> named{};
  for (auto word : split_words(value)) {
    if (word.starts_with('-')) word.remove_prefix(1);
    const auto place = place_of(panel_words, word);
    if (!place || std::exchange(named[*place], true)) return false;
  }
  return std::ranges::all_of(named, std::identity{});
}

bool is_columns(std::string_view value) {
  if (value == "all") return true;
  const auto words = split_words(value);
  return !words.empty() && std::ranges::all_of(words, [](std::string_view word) {
    return place_of(tui::column_words, word).has_value();
  });
}

bool is_height(std::string_view value, int least, int most) {
  if (value == "auto") return true;
  const auto rows = find_whole_number<int>(value);
  return rows && *rows >= least && *rows <= most;
}
bool is_device_height(std::string_view value) { return is_height(value, 4, 200); }
bool is_host_height(std::string_view value) {
  return value == "2" || is_height(value, tui::least_graph_rows, tui::most_graph_rows);
}

constexpr std::array rows{
    ConfigRow{"monitor.mode", "auto", "MONITOR_MODE", "auto, full or compact", is_mode},
    ConfigRow{"monitor.interval", "1", "MONITOR_INTERVAL", "seconds from 0.1 to 3600", is_interval},
    ConfigRow{"monitor.theme", "auto", "MONITOR_THEME",
              "auto, dark, light, high-contrast, color-blind or a [theme.NAME]", is_name},
    ConfigRow{"monitor.charset", "auto", "MONITOR_CHARSET", "auto, unicode, blocks or ascii",
              is_charset},
    ConfigRow{"monitor.sort", "natural", "MONITOR_SORT",
              "natural, pid, user, gpu_memory, sm, memory_bandwidth, cpu, host_memory, time; "
              "with - before it reversed; several, the strongest first",
              is_sort},
    ConfigRow{"monitor.group", "none", "MONITOR_GROUP", "none, user, container, job or notebook",
              is_group},
    ConfigRow{"monitor.panels", "devices,host,processes", "MONITOR_PANELS",
              "devices, host and processes, from the top; with - before it hidden", is_panels},
    ConfigRow{"monitor.device_rows", "auto", "MONITOR_DEVICE_ROWS", "auto, or rows from 4 to 200",
              is_device_height},
    ConfigRow{"monitor.host_rows", "auto", "MONITOR_HOST_ROWS",
              "auto, 2 for bars, or rows of graphs from 6 to 40", is_host_height},
    ConfigRow{"monitor.columns", "all", "MONITOR_COLUMNS",
              "all, or some of gpu, pid, type, user, gpu_memory, sm, memory_bandwidth, cpu, "
              "host_memory, time, owner, command",
              is_columns},
    ConfigRow{"monitor.gpu_levels", "10,75", "GPU_UTILIZATION_THRESHOLDS",
              "two percentages from 1 to 99", is_levels},
    ConfigRow{"monitor.memory_levels", "10,80", "MEMORY_UTILIZATION_THRESHOLDS",
              "two percentages from 1 to 99", is_levels},
    ConfigRow{"monitor.readonly", "false", "MONITOR_READONLY", "true or false", is_switch},
    ConfigRow{"monitor.always", "true", "MONITOR_ALWAYS", "true or false", is_switch},
    ConfigRow{"monitor.last", "true", "MONITOR_LAST", "true or false", is_switch},
};

}  // namespace

std::vector<std::string_view> split_words(std::string_view text) {
  auto words = text::split(text, ',');
  for (auto& word : words) {
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
  }
  std::erase(words, "");
  return words;
}

std::span<const ConfigRow> config_rows() { return rows; }

std::optional<std::size_t> place_of(std::span<const std::string_view> words,
                                    std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

}  // namespace gander::cli
