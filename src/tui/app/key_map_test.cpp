// SPDX-License-Identifier: Apache-2.0
// The table of actions and what the configuration may make of it.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "tui/app/control.hpp"

namespace gander::tui {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::istringstream stream{std::string{text}};
  return {std::istream_iterator<std::string>{stream}, {}};
}

/// Keys that people know from other tools, and that mean something else on the other screens.
constexpr std::string_view taken_by_notebooks = "Ctrl-c F4 F5 Shift-Tab Tab h r";

TEST(ActionTable, no_screen_binds_a_key_twice) {
  for (const Screen screen : screens) {
    std::map<std::string, std::string_view> seen;
    for (const ActionRow& row : actions()) {
      if (!holds_on(row, screen) || wins_on(row, screen)) continue;
      for (const std::string& key : words(row.keys)) {
        const auto [place, is_new] = seen.emplace(key, row.name);
        EXPECT_TRUE(is_new) << name_of(screen) << ": " << key << " of " << row.name
                            << " is that of " << place->second;
      }
    }
    for (const auto& [key, name] : seen) {
      const auto joint = key.find('+', 1);
      if (joint == std::string::npos || joint + 1 == key.size()) continue;
      EXPECT_FALSE(seen.contains(key.substr(0, joint))) << key << " cannot be reached";
    }
  }
}

TEST(ActionTable, what_only_the_notebooks_have_takes_the_keys_that_are_agreed_and_no_others) {
  std::map<std::string, std::string_view> own;
  std::set<std::string> shared;
  for (const ActionRow& row : actions()) {
    if (!holds_on(row, Screen::notebooks)) continue;
    for (const std::string& key : words(row.keys)) {
      if (wins_on(row, Screen::notebooks)) {
        EXPECT_TRUE(own.emplace(key, row.name).second) << key << " of " << row.name;
      } else {
        shared.insert(key);
      }
    }
  }
  std::string taken;
  const KeyMap keys;
  for (const auto& [key, name] : own) {
    if (shared.contains(key)) taken += (taken.empty() ? "" : " ") + key;
    const auto found = keys.find(Screen::notebooks, key);
    ASSERT_TRUE(found.has_value()) << key;
    EXPECT_EQ(row_of(*found).name, name) << key;
    const auto joint = key.find('+', 1);
    if (joint != std::string::npos) {
      EXPECT_FALSE(own.contains(key.substr(0, joint)));
    } else {
      EXPECT_FALSE(keys.is_prefix(Screen::notebooks, key)) << key << " cannot be reached";
    }
  }
  EXPECT_EQ(taken, taken_by_notebooks);
  EXPECT_EQ(keys.find(Screen::notebooks, "?"), Action::help);
  EXPECT_EQ(keys.find(Screen::main, "h"), Action::help);
  EXPECT_EQ(keys.find(Screen::notebooks, "R"), Action::refresh);
  EXPECT_EQ(keys.find(Screen::notebooks, "\\"), Action::filter);
}

TEST(KeyMap, keys_of_the_notebooks_give_way_to_nobody_and_come_back) {
  KeyMap keys;
  ASSERT_TRUE(keys.bind("environment_of_nothing", "x").has_value() == false);
  ASSERT_TRUE(keys.bind("help", "F1").has_value()) << "as it could be before there were notebooks";
  EXPECT_EQ(keys.find(Screen::main, "F1"), Action::help);
  EXPECT_EQ(keys.find(Screen::notebooks, "F1"), Action::toggle_pid);
  ASSERT_TRUE(keys.bind("toggle_pid", "").has_value());
  EXPECT_EQ(keys.find(Screen::notebooks, "F1"), Action::help);
  EXPECT_FALSE(keys.bind("toggle_bars", "m").has_value()) << "both are only of that screen";
  EXPECT_FALSE(keys.bind("toggle_bars", "o").has_value()) << "o waits for a second key";
}

TEST(ActionTable, every_key_is_spelled_as_the_decoder_spells_it) {
  for (const ActionRow& row : actions()) {
    for (const std::string& keys : words(row.keys)) {
      const auto joint = keys.size() > 2 ? keys.find('+', 1) : std::string::npos;
      const bool is_pair = joint != std::string::npos && joint + 1 < keys.size();
      for (const std::string& key :
           is_pair ? std::vector<std::string>{keys.substr(0, joint), keys.substr(joint + 1)}
                   : std::vector<std::string>{keys}) {
        const auto found = find_key(key);
        ASSERT_TRUE(found.has_value()) << row.name << ": " << key;
        EXPECT_EQ(to_string(*found), key) << row.name;
      }
    }
  }
}

TEST(ActionTable, every_action_stands_on_a_screen_that_exists) {
  for (const ActionRow& row : actions()) {
    EXPECT_FALSE(words(row.screens).empty()) << row.name;
    std::size_t count = 0;
    for (const Screen screen : screens) count += holds_on(row, screen) ? 1 : 0;
    EXPECT_EQ(count, words(row.screens).size()) << row.name;
    EXPECT_EQ(find_action(row.name), row.id);
  }
}

TEST(KeyMap, finds_keys_of_the_table) {
  const KeyMap keys;
  EXPECT_EQ(keys.find(Screen::main, "q"), Action::quit);
  EXPECT_EQ(keys.find(Screen::tree, "q"), Action::back);
  EXPECT_EQ(keys.find(Screen::main, "o+p"), Action::sort_by_pid);
  EXPECT_EQ(keys.find(Screen::main, "+"), Action::faster);
  EXPECT_TRUE(keys.is_prefix(Screen::main, "o"));
  EXPECT_FALSE(keys.is_prefix(Screen::main, "+"));
  EXPECT_FALSE(keys.is_prefix(Screen::tree, "o"));
  EXPECT_FALSE(keys.find(Screen::help, "K").has_value());
  EXPECT_EQ(keys.keys_of(Action::help), "h ?");
}

TEST(KeyMap, takes_other_keys) {
  KeyMap keys;
  ASSERT_TRUE(keys.bind("kill", "x Alt-x Space+x").has_value() == false) << "Space tags";
  const auto bound = keys.bind("kill", "x Alt-x z+x");
  ASSERT_TRUE(bound.has_value()) << bound.error().message;
  EXPECT_EQ(keys.find(Screen::main, "x"), Action::kill);
  EXPECT_EQ(keys.find(Screen::tree, "Alt-x"), Action::kill);
  EXPECT_TRUE(keys.is_prefix(Screen::main, "z"));
  EXPECT_FALSE(keys.find(Screen::main, "K").has_value());
  EXPECT_EQ(keys.keys_of(Action::kill), "x Alt-x z+x");
}

TEST(KeyMap, takes_keys_away_and_exchanges_them) {
  KeyMap keys;
  ASSERT_TRUE(keys.bind("kill", "").has_value());
  EXPECT_EQ(keys.keys_of(Action::kill), "");
  ASSERT_TRUE(keys.bind("terminate", "K").has_value());
  ASSERT_TRUE(keys.bind("kill", "T").has_value());
  EXPECT_EQ(keys.find(Screen::main, "T"), Action::kill);
  EXPECT_EQ(keys.find(Screen::main, "K"), Action::terminate);
}

TEST(KeyMap, refuses_what_cannot_be_and_says_why) {
  KeyMap keys;
  const auto unknown = keys.bind("kil", "x");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_NE(unknown.error().message.find("'kill'"), std::string::npos) << unknown.error().message;
  EXPECT_NE(keys.bind("kill", "Hyper-x").error().message.find("Hyper-x"), std::string::npos);
  const auto taken = keys.bind("kill", "x q");
  ASSERT_FALSE(taken.has_value());
  EXPECT_NE(taken.error().message.find("'quit'"), std::string::npos);
  EXPECT_EQ(keys.keys_of(Action::kill), "K k") << "a refusal changes nothing";
  EXPECT_FALSE(keys.bind("kill", "o").has_value()) << "o waits for a second key";
  EXPECT_FALSE(keys.bind("kill", "q+k").has_value()) << "q quits at once";
  EXPECT_TRUE(keys.bind("show_tree", "s").has_value()) << "s is that of another screen only";
}

}  // namespace
}  // namespace gander::tui
