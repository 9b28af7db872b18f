// SPDX-License-Identifier: Apache-2.0
// What the environment says about a terminal, and what the terminal itself is asked.
#include "cli/terminal_traits.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gander::cli {
namespace {

using Variables = std::map<std::string, std::string>;

Lookup lookup_in(const Variables& variables) {
  return [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string{name});
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Config make_config(const Variables& variables) {
  ConfigPaths paths;
  paths.system.clear();
  auto config = Config::read(paths, lookup_in(variables));
  EXPECT_TRUE(config.has_value());
  return *config;
}

bool asks(const Variables& variables) {
  const auto lookup = lookup_in(variables);
  return asks_background(make_config(variables), lookup, find_traits(lookup, false));
}

TEST(TerminalTraits, asks_for_the_background_where_that_decides_and_can_be_answered) {
  EXPECT_TRUE(asks({{"TERM", "xterm-256color"}}));
  EXPECT_TRUE(asks({{"TERM", "tmux-256color"}}));
  // A hint of the environment is a beginning, not an answer.
  EXPECT_TRUE(asks({{"TERM", "xterm"}, {"COLORFGBG", "0;15"}}));
  EXPECT_FALSE(asks({{"TERM", "linux"}}));
  EXPECT_FALSE(asks({{"TERM", "vt100"}}));
  EXPECT_FALSE(asks({{"TERM", "dumb"}}));
  EXPECT_FALSE(asks({}));
  EXPECT_FALSE(asks({{"TERM", "xterm-256color"}, {"NO_COLOR", "1"}}));
  EXPECT_FALSE(asks({{"TERM", "xterm-256color"}, {"GANDER_MONITOR_THEME", "dark"}}));
  EXPECT_FALSE(asks({{"TERM", "xterm-256color"}, {"NVITOP_MONITOR_THEME", "light"}}));
}

TEST(TerminalTraits, the_environment_says_which_theme_is_drawn_until_there_is_an_answer) {
  const auto theme = [](const Variables& variables) {
    return choose_theme(make_config(variables), lookup_in(variables)).name;
  };
  EXPECT_EQ(theme({}), "dark");
  EXPECT_EQ(theme({{"COLORFGBG", "0;15"}}), "light");
  EXPECT_EQ(theme({{"COLORFGBG", "0;default;15"}}), "light");
  EXPECT_EQ(theme({{"COLORFGBG", "15;0"}}), "dark");
  EXPECT_EQ(theme({{"COLORFGBG", "0;15"}, {"GANDER_MONITOR_THEME", "high-contrast"}}),
            "high-contrast");
}

}  // namespace
}  // namespace gander::cli
