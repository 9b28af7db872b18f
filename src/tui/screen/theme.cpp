// SPDX-License-Identifier: Apache-2.0
// The built-in themes, and styles as the parameters of an SGR sequence.
#include "tui/screen/theme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gander::tui {
namespace {

constexpr Rgb rgb(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 16U), static_cast<std::uint8_t>(value >> 8U),
          static_cast<std::uint8_t>(value)};
}

/// One colour for each role, in the order of the enumeration; text and selection may be the
/// terminal's own.
struct Palette {
  std::string_view name;
  std::optional<Rgb> text;
  std::array<std::uint32_t, role_count - 1> rest;
  std::array<int, role_count> ansi;
};

Theme make_theme(const Palette& palette) {
  Theme theme;
  theme.name = palette.name;
  theme.colors[0] = palette.text;
  for (std::size_t i = 1; i < role_count; ++i) theme.colors[i] = rgb(palette.rest[i - 1]);
  theme.ansi = palette.ansi;
  return theme;
}

// Order: muted title frame light moderate heavy good warning error key accent selection tagged cpu
// memory swap graph_low graph_high. Contrast of text roles on the usual background is above 4.5.
constexpr std::array palettes{
    Palette{
        "dark",
        std::nullopt,
        {0x8b949e, 0xe6edf3, 0x6e7681, 0x56d364, 0xe3b341, 0xff7b72, 0x56d364, 0xe3b341, 0xff7b72,
         0xd2a8ff, 0x79c0ff, 0x264f78, 0xe3b341, 0x76e3ea, 0xd2a8ff, 0x79c0ff, 0x56d364, 0xff7b72},
        {-1, 8, -1, 8, 2, 3, 1, 2, 3, 1, 5, 6, 4, 3, 6, 5, 4, 2, 1}},
    Palette{
        "light",
        std::nullopt,
        {0x59636e, 0x1f2328, 0x818b98, 0x116329, 0x7d4e00, 0xa40e26, 0x116329, 0x7d4e00, 0xa40e26,
         0x6639ba, 0x0550ae, 0xb6d7ff, 0x7d4e00, 0x0a5c6b, 0x6639ba, 0x0550ae, 0x116329, 0xa40e26},
        {-1, 8, -1, 8, 2, 3, 1, 2, 3, 1, 5, 4, 6, 3, 6, 5, 4, 2, 1}},
    Palette{
        "high-contrast",
        rgb(0xffffff),
        {0xd0d0d0, 0xffffff, 0xd0d0d0, 0x5fff5f, 0xffff5f, 0xff8787, 0x5fff5f, 0xffff5f, 0xff8787,
         0xffafff, 0x87ffff, 0x0000d7, 0xffff5f, 0x87ffff, 0xffafff, 0x87d7ff, 0x5fff5f, 0xff8787},
        {15, 7, 15, 7, 10, 11, 9, 10, 11, 9, 13, 14, 4, 11, 14, 13, 12, 10, 9}},
    // Blue to orange: told apart with every common kind of colour blindness.
    Palette{
        "color-blind",
        std::nullopt,
        {0x9aa0a6, 0xf1f3f4, 0x80868b, 0x56b4e9, 0xf0e442, 0xe69f00, 0x56b4e9, 0xf0e442, 0xe69f00,
         0xcc79a7, 0x56b4e9, 0x1f4e79, 0xf0e442, 0x56b4e9, 0xcc79a7, 0x88ccee, 0x56b4e9, 0xe69f00},
        {-1, 8, -1, 8, 6, 3, 11, 6, 3, 11, 5, 6, 4, 3, 6, 5, 4, 6, 11}},
};

constexpr std::array<int, 6> cube_levels{0, 95, 135, 175, 215, 255};

int square_distance(const Rgb& a, const Rgb& b) {
  const int red = a.red - b.red;
  const int green = a.green - b.green;
  const int blue = a.blue - b.blue;
  // Weights after how the eye sees them.
  return 3 * red * red + 6 * green * green + blue * blue;
}

Rgb cube_color(int index) {
  if (index >= 232) {
    const auto grey = static_cast<std::uint8_t>(8 + 10 * (index - 232));
    return {grey, grey, grey};
  }
  const auto level = [](int step) {
    return static_cast<std::uint8_t>(cube_levels[static_cast<std::size_t>(step)]);
  };
  const int cube = index - 16;
  return {level(cube / 36), level(cube / 6 % 6), level(cube % 6)};
}

/// Nearest colour of the 256 that does not depend on the terminal's own first sixteen.
int nearest_256(const Rgb& color) {
  int best = 16;
  int best_distance = std::numeric_limits<int>::max();
  for (int index = 16; index < 256; ++index) {
    const int distance = square_distance(color, cube_color(index));
    if (distance < best_distance) {
      best = index;
      best_distance = distance;
    }
  }
  return best;
}

Rgb mix(const Rgb& low, const Rgb& high, double share) {
  const auto part = [share](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround(a + (b - a) * share));
  };
  return {part(low.red, high.red), part(low.green, high.green), part(low.blue, high.blue)};
}

std::optional<Rgb> color_of(const Theme& theme, const Style& style) {
  const auto at = [&](Role role) { return theme.colors[static_cast<std::size_t>(role)]; };
  if (style.gradient == 0) return at(style.role);
  const auto low = at(Role::graph_low);
  const auto middle = at(Role::moderate);
  const auto high = at(Role::graph_high);
  if (!low || !middle || !high) return at(style.role);
  // In two parts: straight from green to red would go through brown.
  const double share = (style.gradient - 1) / 254.0;
  return share < 0.5 ? mix(*low, *middle, share * 2) : mix(*middle, *high, share * 2 - 1);
}

int ansi_of(const Theme& theme, const Style& style) {
  Role role = style.role;
  if (style.gradient > 0) {
    role = style.gradient < 86 ? Role::graph_low
                               : (style.gradient < 171 ? Role::moderate : Role::graph_high);
  }
  return theme.ansi[static_cast<std::size_t>(role)];
}

enum class Ground { fore, back };

void append_color(std::string& out, const Rgb& color, ColorDepth depth, Ground ground) {
  const int base = ground == Ground::fore ? 38 : 48;
  if (depth == ColorDepth::truecolor) {
    fmt::format_to(std::back_inserter(out), ";{};2;{};{};{}", base, color.red, color.green,
                   color.blue);
  } else {
    fmt::format_to(std::back_inserter(out), ";{};5;{}", base, nearest_256(color));
  }
}

void append_ansi(std::string& out, int color, Ground ground) {
  if (color < 0) return;
  const int base = (ground == Ground::fore ? 30 : 40) + (color >= 8 ? 60 : 0);
  fmt::format_to(std::back_inserter(out), ";{}", base + color % 8);
}

void append_colors(std::string& out, const Theme& theme, ColorDepth depth, const Style& style) {
  const auto selection = static_cast<std::size_t>(Role::selection);
  if (depth == ColorDepth::ansi16) {
    append_ansi(out, ansi_of(theme, style), Ground::fore);
    if (style.selected) append_ansi(out, theme.ansi[selection], Ground::back);
    return;
  }
  if (const auto color = color_of(theme, style)) append_color(out, *color, depth, Ground::fore);
  if (style.selected && theme.colors[selection]) {
    append_color(out, *theme.colors[selection], depth, Ground::back);
  }
}

}  // namespace

const std::vector<Theme>& built_in_themes() {
  static const std::vector<Theme> themes = [] {
    std::vector<Theme> all;
    all.reserve(palettes.size());
    for (const Palette& palette : palettes) all.push_back(make_theme(palette));
    return all;
  }();
  return themes;
}

const Theme* find_theme(std::string_view name) {
  const auto& themes = built_in_themes();
  const auto found = std::ranges::find(themes, name, &Theme::name);
  return found == themes.end() ? nullptr : &*found;
}

// Without colour the difference must still be seen: what is heavy or broken is bold, what is
// selected is reversed, what does not matter is dim.
std::string sgr(const Theme& theme, ColorDepth depth, const Style& style) {
  std::string out = "0";
  const bool is_mono = depth == ColorDepth::mono;
  const bool is_strong = style.role == Role::heavy || style.role == Role::error ||
                         style.role == Role::title || style.role == Role::key;
  if (style.bold || (is_mono && is_strong)) out += ";1";
  if (style.dim || (is_mono && style.role == Role::muted)) out += ";2";
  if (style.underline || (is_mono && style.role == Role::accent)) out += ";4";
  if (style.reverse || (is_mono && style.selected)) out += ";7";
  if (!is_mono) append_colors(out, theme, depth, style);
  return out;
}

ColorDepth detect_depth(const ColorHints& hints) {
  if (hints.no_color || hints.term.empty() || hints.term == "dumb") return ColorDepth::mono;
  if (hints.colorterm == "truecolor" || hints.colorterm == "24bit") return ColorDepth::truecolor;
  const auto has = [&](std::string_view part) {
    return hints.term.find(part) != std::string_view::npos;
  };
  if (has("-direct") || has("kitty") || has("ghostty")) return ColorDepth::truecolor;
  if (has("256color")) return ColorDepth::ansi256;
  if (has("mono") || hints.term.starts_with("vt1") || hints.term.starts_with("vt2")) {
    return ColorDepth::mono;
  }
  return ColorDepth::ansi16;
}

}  // namespace gander::tui
