// SPDX-License-Identifier: Apache-2.0
// Compares a text with the file kept under tests/golden; `GANDER_UPDATE_GOLDEN=1` rewrites the
// file.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace gander {

/// Expects `text` to be the content of tests/golden/`name`.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string{GANDER_SOURCE_DIR} + "/tests/golden/" + name;
  if (std::getenv("GANDER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream{path, std::ios::binary} << text;
    return;
  }
  std::ifstream file{path, std::ios::binary};
  ASSERT_TRUE(file) << "no golden " << path << "; write it with tools/update and look at the diff";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(expected.str(), text) << "differs from " << path
                                  << "; if that is meant, run tools/update and look at the diff";
}

}  // namespace gander
