// SPDX-License-Identifier: Apache-2.0
// The checker of syntax must accept exactly what the independent reader accepts.
#include "json/syntax.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace gander::json {
namespace {

TEST(Syntax, FindsNothingInRightTexts) {
  for (const std::string_view text :
       {"null", " [ ] ", "{\"a\" : [1, 2.5e-3, \"\\u00e9\\ud83d\\ude00\"]}", "-0", "\"\"",
        "-9223372036854775808", "18446744073709551615", "1e-999", "[[],{}]"}) {
    const auto problem = find_syntax_problem(text);
    EXPECT_FALSE(problem) << text << ": " << (problem ? problem->what : "");
  }
}

TEST(Syntax, SaysWhereAndWhy) {
  const auto at = [](std::string_view text) {
    const auto problem = find_syntax_problem(text);
    return problem ? std::to_string(problem->offset) + " " + std::string{problem->what} : "";
  };
  EXPECT_EQ(at("[1 2]"), "3 expected a comma or the end of the object or array");
  EXPECT_EQ(at("[01]"), "2 a number with a leading zero");
  EXPECT_EQ(at("{1:2}"), "1 expected a key in quotes");
  EXPECT_EQ(at("{\"a\" 2}"), "5 expected a colon");
  EXPECT_EQ(at("[\"a\nb\"]"), "3 a control character inside a string");
  EXPECT_EQ(at("\"\\x\""), "2 an escape JSON does not have");
  EXPECT_EQ(at("\"\\ud800\""), "7 half a surrogate pair");
  EXPECT_EQ(at("-9223372036854775809"), "0 a number out of range");
  EXPECT_EQ(at("\"abc"), "4 the text ends too early");
}

TEST(Syntax, RandomTextsAreJudgedAsByTheIndependentReader) {
  constexpr std::string_view alphabet = "{}[]\",:01.e+-\\nu ";
  std::mt19937 random{5};
  for (int i = 0; i < 50000; ++i) {
    std::string text(1 + random() % 7, ' ');
    for (char& byte : text) byte = alphabet[random() % alphabet.size()];
    const auto problem = find_syntax_problem(text);
    if (problem && problem->what == "a number out of range") continue;
    ASSERT_EQ(!problem.has_value(), nlohmann::json::accept(text)) << text;
  }
}

}  // namespace
}  // namespace gander::json
