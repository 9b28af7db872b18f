// SPDX-License-Identifier: Apache-2.0
// The table of settings.
#include "cli/config_table.hpp"

#include <algorithm>
#include <charconv>

#include "cli/environment.hpp"

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
    ConfigRow{"monitor.gpu_levels", "10,75", "GPU_UTILIZATION_THRESHOLDS",
              "two percentages from 1 to 99, the first below the second", is_levels},
    ConfigRow{"monitor.memory_levels", "10,80", "MEMORY_UTILIZATION_THRESHOLDS",
              "two percentages from 1 to 99, the first below the second", is_levels},
    ConfigRow{"monitor.readonly", "false", "MONITOR_READONLY", "true or false", is_switch},
    ConfigRow{"monitor.always", "true", "MONITOR_ALWAYS", "true or false", is_switch},
    ConfigRow{"monitor.last", "true", "MONITOR_LAST", "true or false", is_switch},
};

}  // namespace

std::span<const ConfigRow> config_rows() { return rows; }

std::optional<std::size_t> place_of(std::span<const std::string_view> words,
                                    std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

}  // namespace gander::cli
