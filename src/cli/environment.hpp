// SPDX-License-Identifier: Apache-2.0
// What environment variables and the terminal say about how to draw; NVITOP_* are fallbacks.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/arguments.hpp"

namespace gander::cli {

/// Looks an environment variable up; nothing where it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view)>;

/// The variables of this process.
Lookup process_environment();

/// `true` and `false`, also as `yes`, `off` or `1`, as people write them in variables; nothing for
/// any other word.
std::optional<bool> find_switch_word(std::string_view word);

/// `a,b` with 1 ≤ a < b ≤ 99; nothing if the text is anything else. Other than nvitop on purpose:
/// who writes them the wrong way round is told so.
std::optional<Percentages> find_thresholds(std::string_view text);

/// Percentages from `GANDER_<name>`, else `NVITOP_<name>`, which may stand in either order as
/// nvitop takes them, else `fallback`; malformed ones are ignored and named in `complaint`.
Percentages thresholds_from(const Lookup& lookup, std::string_view name, Percentages fallback,
                            std::string& complaint);

/// Whether to colour: `forced` wins, then NO_COLOR, ANSI_COLORS_DISABLED and TERM=dumb forbid it,
/// else where standard output is a terminal.
bool wants_color(const Lookup& lookup, bool forced, bool output_is_terminal);

/// Columns that there are: COLUMNS, else `terminal_columns`; at most 1000. Nothing where nobody
/// says.
std::optional<int> known_width(const Lookup& lookup, std::optional<int> terminal_columns);

/// Columns to draw in: COLUMNS, else `terminal_columns`, else 79; at least 79, at most 1000.
int output_width(const Lookup& lookup, std::optional<int> terminal_columns);

}  // namespace gander::cli
