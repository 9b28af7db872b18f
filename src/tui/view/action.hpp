// SPDX-License-Identifier: Apache-2.0
// Everything a user can do, each with its name and keys: the one table that input, help, hints,
// documentation and configuration are made from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gander::tui {

/// Screens; each has its own bindings beside the common ones.
enum class Screen : std::uint8_t {
  main,
  tree,
  environment,
  process,
  device,
  help,
  settings,
  why,
  notebooks,
};
/// Each of them once.
inline constexpr std::array screens{Screen::main,     Screen::tree,   Screen::environment,
                                    Screen::process,  Screen::device, Screen::help,
                                    Screen::settings, Screen::why,    Screen::notebooks};

enum class Action : std::uint8_t {
#define GANDER_ACTION(name, ...) name,
#include "tui/view/action_table.inc"
#undef GANDER_ACTION
};

struct ActionRow {
  Action id;
  std::string_view name;     ///< `sort_by_pid`: key of the `[keys]` table in the configuration.
  std::string_view screens;  ///< Names of the screens, separated by spaces.
  std::string_view keys;     ///< Spelled as screen/input.hpp spells them, separated by spaces;
                             ///< two keys one after the other are joined by `+`: `o+n`.
  std::string_view section;  ///< Of the help screen.
  std::string_view help;     ///< One phrase.
};

/// One row for each action.
std::span<const ActionRow> actions();
std::optional<Action> find_action(std::string_view name);
const ActionRow& row_of(Action action);
/// `main`, `tree` …
std::string_view name_of(Screen screen);
/// Whether the action may be called for on this screen.
bool holds_on(const ActionRow& row, Screen screen);
/// Whether the keys of the action are its own on this screen, whatever actions of several screens
/// have them as well: so it is with what only the screen of notebooks has, whose keys people know
/// from other tools.
bool wins_on(const ActionRow& row, Screen screen);

}  // namespace gander::tui
