// SPDX-License-Identifier: Apache-2.0
// How a cell looks: the meaning of its colour, not the colour itself. Themes turn one into the
// other, so no panel names a colour.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gander::tui {

/// What something means, and so how it is coloured. A theme has one colour for each.
enum class Role : std::uint8_t {
  text,       ///< Ordinary text.
  muted,      ///< What is there but does not matter now: other users' rows, rules, absent values.
  title,      ///< Headings and column titles.
  frame,      ///< Boxes and rules.
  light,      ///< Little load.
  moderate,   ///< Some load.
  heavy,      ///< Much load.
  good,       ///< Something went well.
  warning,    ///< A person should know.
  error,      ///< Something is broken.
  key,        ///< A key that may be pressed.
  accent,     ///< The current choice, the sort column.
  selection,  ///< The selected row: a background.
  tagged,     ///< A tagged row: a background or a mark.
  cpu,        ///< Host processor.
  memory,     ///< Host memory.
  swap,       ///< Host swap.
  graph_low,  ///< Lowest step of a graph; the steps between are mixed.
  graph_high,
};
inline constexpr std::size_t role_count = static_cast<std::size_t>(Role::graph_high) + 1;

struct Style {
  Role role{};
  // Bits, because a screen has ten thousands of them.
  bool bold : 1 = false;
  bool dim : 1 = false;
  bool underline : 1 = false;
  bool reverse : 1 = false;
  bool selected : 1 = false;   ///< On the background of `Role::selection`.
  std::uint8_t spare : 3 = 0;  ///< Always 0: styles are compared as bytes.
  std::uint8_t gradient{};     ///< 0: the role's colour; 1…255: between graph_low and graph_high.
  friend bool operator==(const Style&, const Style&) = default;
};

}  // namespace gander::tui
