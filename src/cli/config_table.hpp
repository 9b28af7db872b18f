// SPDX-License-Identifier: Apache-2.0
// The settings there are: spelling, default, variables of the environment, and which values can be.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gander::cli {

struct ConfigRow {
  std::string_view key;
  std::string_view fallback;
  std::string_view variable;  ///< Behind `GANDER_` and, as a fallback, `NVITOP_`; empty: none.
  std::string_view values;    ///< What can be, for a person.
  /// Whether this value can be.
  bool (*accepts)(std::string_view value);
};

std::span<const ConfigRow> config_rows();

inline constexpr std::array<std::string_view, 9> sort_words{
    "natural", "pid", "user", "gpu_memory", "sm", "memory_bandwidth", "cpu", "host_memory", "time"};
inline constexpr std::array<std::string_view, 5> group_words{"none", "user", "container", "job",
                                                             "notebook"};
inline constexpr std::array<std::string_view, 3> mode_words{"auto", "full", "compact"};
inline constexpr std::array<std::string_view, 4> charset_words{"auto", "unicode", "blocks",
                                                               "ascii"};
inline constexpr std::array<std::string_view, 3> panel_words{"devices", "host", "processes"};
/// The words between commas, without blanks around them.
std::vector<std::string_view> split_words(std::string_view text);
/// Place of a word in its list.
std::optional<std::size_t> place_of(std::span<const std::string_view> words, std::string_view word);

}  // namespace gander::cli
