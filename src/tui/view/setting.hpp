// SPDX-License-Identifier: Apache-2.0
// What a user can change while the monitor runs: the rows of the settings menu, with what each
// says now and what the next choice is. Knows no screen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tui/view/view_state.hpp"

namespace gander::tui {

enum class Setting : std::uint8_t {
  mode,
  theme,
  charset,
  interval,
  sort,
  direction,
  grouping,
  devices,
  host,
  processes,
  order,
  device_height,
  host_height,
  column_gpu,
  column_type,
  column_user,
  column_gpu_memory,
  column_sm,
  column_memory_bandwidth,
  column_cpu,
  column_host_memory,
  column_time,
  column_owner,
  column_command,
  gpu_moderate,
  gpu_heavy,
  memory_moderate,
  memory_heavy,
  secrets,
  pause,
};

struct SettingRow {
  Setting id;
  std::string_view section;
  std::string_view title;
  std::string_view help;  ///< One sentence.
};

/// The rows of the menu, top to bottom.
std::span<const SettingRow> settings();
/// What it is now, in words.
std::string value_of(const ViewState& state, Setting setting);
/// What the present value means, in one phrase; empty where the value says it all.
std::string_view meaning_of(const ViewState& state, Setting setting);

enum class Step : std::int8_t { back = -1, forward = 1 };
/// Takes the next choice, or the one before; choices without order go round.
void change(ViewState& state, Setting setting, Step step);

std::string_view name_of(Mode mode);
std::string_view name_of(Charset charset);
std::string_view name_of(MainPanel panel);
std::string_view name_of(SortKey key);
std::string_view name_of(Grouping grouping);

}  // namespace gander::tui
