// SPDX-License-Identifier: Apache-2.0
// Which colour each role has, at each depth of colour a terminal may have.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"
#include "tui/screen/style.hpp"

namespace gander::tui {

enum class ColorDepth : std::uint8_t { mono, ansi16, ansi256, truecolor };

struct Rgb {
  std::uint8_t red{};
  std::uint8_t green{};
  std::uint8_t blue{};
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// A colour of each role; none: the terminal's own.
struct Theme {
  std::string name;
  std::array<std::optional<Rgb>, role_count> colors;
  /// For terminals with 16 colours: 0–15, -1 the terminal's own.
  std::array<int, role_count> ansi;
};

/// `dark`, `light`, `high-contrast`, `color-blind`.
const std::vector<Theme>& built_in_themes();
const Theme* find_theme(std::string_view name);
/// The escape sequence (SGR parameters) of a style; mono uses bold, dim, underline and reverse.
std::string sgr(const Theme& theme, ColorDepth depth, const Style& style);
/// What the environment says about the terminal; empty where a variable is not set.
struct ColorHints {
  std::string_view term;
  std::string_view colorterm;
  bool no_color = false;
};
/// The most colours that surely work.
ColorDepth detect_depth(const ColorHints& hints);

}  // namespace gander::tui
