// SPDX-License-Identifier: Apache-2.0
// What giving memory back must not change, and what it must.
#include "os/memory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace gander::os {
namespace {

long resident_file_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
  }
  return -1;
}

TEST(Memory, UnmapsWhatOnlyTheStartNeeded) {
  const long before = resident_file_kib();
  if (before < 0) GTEST_SKIP() << "this kernel does not tell resident pages of files";
  release_start();
  EXPECT_LT(resident_file_kib(), before);
}

TEST(Memory, LeavesEverythingAsItWas) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("text " + std::to_string(i));
  static int written = 1;
  written = 42;
  release_start();
  release_start();
  EXPECT_EQ(written, 42);
  std::ostringstream out;
  out << texts.back();
  EXPECT_EQ(out.str(), "text 999");
}

}  // namespace
}  // namespace gander::os
