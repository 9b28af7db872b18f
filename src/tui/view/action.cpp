// SPDX-License-Identifier: Apache-2.0
// The table of actions.
#include "tui/view/action.hpp"

#include <algorithm>
#include <array>

namespace gander::tui {
namespace {

constexpr std::array rows{
#define GANDER_ACTION(name, screens, keys, section, help) \
  ActionRow{Action::name, #name, screens, keys, section, help},
#include "tui/view/action_table.inc"
#undef GANDER_ACTION
};

constexpr std::array<std::string_view, screens.size()> screen_names{
    "main", "tree", "environment", "process", "device", "help", "settings", "why", "notebooks"};

}  // namespace

std::span<const ActionRow> actions() { return rows; }

const ActionRow& row_of(Action action) { return rows[static_cast<std::size_t>(action)]; }

std::optional<Action> find_action(std::string_view name) {
  const auto found = std::ranges::find(rows, name, &ActionRow::name);
  if (found == rows.end()) return std::nullopt;
  return found->id;
}

std::string_view name_of(Screen screen) { return screen_names[static_cast<std::size_t>(screen)]; }

bool holds_on(const ActionRow& row, Screen screen) {
  std::string_view rest = row.screens;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name_of(screen)) return true;
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  return false;
}

bool wins_on(const ActionRow& row, Screen screen) {
  return screen == Screen::notebooks && row.screens == name_of(screen);
}

}  // namespace gander::tui
