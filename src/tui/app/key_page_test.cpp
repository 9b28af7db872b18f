// SPDX-License-Identifier: Apache-2.0
// The table of keys in docs/monitor.md is the one the program goes by.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/golden/golden.hpp"
#include "tui/app/control.hpp"

namespace gander::tui {
namespace {

constexpr std::string_view begin_mark = "<!-- keys: made from the program -->\n";
constexpr std::string_view end_mark = "<!-- end of keys -->\n";

/// Each key in a code span of its own; two keys one after the other, `o+n`, as they are typed.
std::string spell(std::string_view keys) {
  std::istringstream words{std::string{keys}};
  std::string spelled;
  for (std::string key; words >> key;) {
    const auto joint = key.size() > 2 ? key.find('+', 1) : std::string::npos;
    if (joint != std::string::npos && joint + 1 < key.size()) key.erase(joint, 1);
    spelled += fmt::format("{}`{}`", spelled.empty() ? "" : " ", key);
  }
  return spelled;
}

/// One table for each section, in the order of the help screen.
std::string write_key_page() {
  std::string page;
  std::set<std::string_view> seen;
  for (const ActionRow& section : actions()) {
    if (!seen.insert(section.section).second) continue;
    page += fmt::format("\n**{}**\n\n| keys | | on screens | name |\n|---|---|---|---|\n",
                        section.section);
    for (const ActionRow& row : actions()) {
      if (row.section != section.section) continue;
      page += fmt::format("| {} | {} | {} | `{}` |\n", spell(row.keys), row.help, row.screens,
                          row.name);
    }
  }
  return page + "\n";
}

TEST(KeyPage, IsKeptInTheManual) {
  std::ifstream file{std::string{GANDER_SOURCE_DIR} + "/docs/monitor.md", std::ios::binary};
  std::ostringstream content;
  content << file.rdbuf();
  std::string page = content.str();
  const auto begin = page.find(begin_mark);
  const auto end = page.find(end_mark);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  page.replace(begin + begin_mark.size(), end - begin - begin_mark.size(), write_key_page());
  expect_golden("../../docs/monitor.md", page);
}

TEST(KeyPage, NamesEveryActionOnce) {
  const std::string page = write_key_page();
  for (const ActionRow& row : actions()) {
    const auto name = fmt::format("| `{}` |\n", row.name);
    const auto place = page.find(name);
    ASSERT_NE(place, std::string::npos) << row.name;
    EXPECT_EQ(page.find(name, place + 1), std::string::npos) << row.name;
  }
  EXPECT_NE(page.find("| `\\` `F4` |"), std::string::npos);
  EXPECT_NE(page.find("| `on` |"), std::string::npos);
  EXPECT_NE(page.find("| `+` |"), std::string::npos);
}

}  // namespace
}  // namespace gander::tui
