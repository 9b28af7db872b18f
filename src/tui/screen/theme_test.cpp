// SPDX-License-Identifier: Apache-2.0
// Colours at every depth, and which depth a terminal has.
#include "tui/screen/theme.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace gander::tui {
namespace {

const Theme& dark() { return *find_theme("dark"); }

TEST(Theme, HasTheBuiltInOnes) {
  for (const auto* name : {"dark", "light", "high-contrast", "color-blind"}) {
    ASSERT_NE(find_theme(name), nullptr) << name;
    EXPECT_EQ(find_theme(name)->name, name);
  }
  EXPECT_EQ(find_theme("pink"), nullptr);
}

TEST(Theme, NamesAColorOnlyOfTheDepthThereIs) {
  const Style style{.role = Role::heavy};
  EXPECT_NE(sgr(dark(), ColorDepth::truecolor, style).find(";38;2;"), std::string::npos);
  EXPECT_NE(sgr(dark(), ColorDepth::ansi256, style).find(";38;5;"), std::string::npos);
  EXPECT_EQ(sgr(dark(), ColorDepth::ansi16, style).find("38;"), std::string::npos);
}

TEST(Theme, TellsWithoutColorWhatMatters) {
  const auto mono = [](const Style& style) { return sgr(dark(), ColorDepth::mono, style); };
  EXPECT_EQ(mono({}), "0");
  EXPECT_EQ(mono({.role = Role::heavy}), "0;1");
  EXPECT_EQ(mono({.role = Role::muted}), "0;2");
  EXPECT_EQ(mono({.selected = true}), "0;7");
  EXPECT_EQ(mono({.role = Role::light, .gradient = 200}), "0");
}

TEST(Theme, MixesGradientsFromLowToHigh) {
  std::set<std::string> colors;
  for (const int step : {1, 64, 128, 192, 255}) {
    colors.insert(
        sgr(dark(), ColorDepth::truecolor, {.gradient = static_cast<std::uint8_t>(step)}));
  }
  EXPECT_EQ(colors.size(), 5U);
}

/// Relative luminance of a colour (WCAG 2.1).
double luminance(const Rgb& color) {
  const auto part = [](std::uint8_t value) {
    const double share = value / 255.0;
    return share <= 0.03928 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(color.red) + 0.7152 * part(color.green) + 0.0722 * part(color.blue);
}

TEST(Theme, CanBeReadOnItsGround) {
  for (const Theme& theme : built_in_themes()) {
    const double ground = theme.name == "light" ? 1.0 : 0.0;
    for (const Role role : {Role::light, Role::moderate, Role::heavy, Role::warning, Role::error,
                            Role::key, Role::title, Role::cpu, Role::memory, Role::swap}) {
      const auto& color = theme.colors[static_cast<std::size_t>(role)];
      if (!color) continue;
      const double own = luminance(*color);
      const double contrast = (std::max(own, ground) + 0.05) / (std::min(own, ground) + 0.05);
      EXPECT_GE(contrast, 3.0) << theme.name << " role " << static_cast<int>(role);
    }
  }
}

TEST(ColorDepth, IsWhatSurelyWorks) {
  EXPECT_EQ(detect_depth({}), ColorDepth::mono);
  EXPECT_EQ(detect_depth({"dumb", "truecolor", false}), ColorDepth::mono);
  EXPECT_EQ(detect_depth({"xterm-256color", "truecolor", true}), ColorDepth::mono);
  EXPECT_EQ(detect_depth({"xterm-256color", "truecolor", false}), ColorDepth::truecolor);
  EXPECT_EQ(detect_depth({"xterm-256color", "24bit", false}), ColorDepth::truecolor);
  EXPECT_EQ(detect_depth({"screen-256color", "", false}), ColorDepth::ansi256);
  EXPECT_EQ(detect_depth({"xterm-kitty", "", false}), ColorDepth::truecolor);
  EXPECT_EQ(detect_depth({"linux", "", false}), ColorDepth::ansi16);
  EXPECT_EQ(detect_depth({"vt100", "", false}), ColorDepth::mono);
}

}  // namespace
}  // namespace gander::tui
