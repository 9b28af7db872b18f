// SPDX-License-Identifier: Apache-2.0
// What the tests of pages for people share: the machines, and what holds of every line.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/golden/furnished.hpp"
#include "text/line.hpp"
#include "text/width.hpp"

namespace gander::page_test {

inline constexpr text::Rendering plain{text::ColorMode::plain, text::Charset::unicode};
inline constexpr text::Rendering ascii{text::ColorMode::plain, text::Charset::ascii};
inline constexpr text::Rendering colored{text::ColorMode::colored, text::Charset::unicode};

inline std::vector<std::pair<std::string, Snapshot>> machines() {
  return {{"full", fixture::furnished_snapshot()},  {"none", fixture::empty_snapshot()},
          {"mig", fixture::mig_snapshot()},         {"sick", fixture::sick_snapshot()},
          {"unknown", fixture::unknown_snapshot()}, {"hostile", fixture::hostile_snapshot()},
          {"wide", fixture::wide_snapshot()},       {"unified", fixture::unified_snapshot()}};
}

/// Every line ends, fits into `width`, and steers no terminal.
inline void expect_sound(const std::string& page, int width, const std::string& name) {
  ASSERT_TRUE(page.ends_with('\n')) << name;
  EXPECT_EQ(page.find_first_of("\x1b\x07\r\x7f"), std::string::npos) << name;
  std::size_t start = 0;
  for (auto end = page.find('\n'); end != std::string::npos; end = page.find('\n', start)) {
    const auto line = page.substr(start, end - start);
    ASSERT_LE(text::display_width(line), width) << name << '\n' << line;
    start = end + 1;
  }
}

inline void expect_ascii(const std::string& page) {
  for (const char c : page) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
}

}  // namespace gander::page_test
