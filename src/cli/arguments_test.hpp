// SPDX-License-Identifier: Apache-2.0
// What the tests of arguments share: parsing words, and what every mistake looks like.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.hpp"

namespace gander::cli {

inline Invocation parse(std::vector<const char*> words) {
  words.insert(words.begin(), "gander");
  return parse_arguments(static_cast<int>(words.size()), words.data());
}

/// Expects the words to be the arguments of one command, and gives them.
template <class Arguments>
Arguments parse_as(std::vector<const char*> words) {
  const auto invocation = parse(std::move(words));
  if (const auto* reply = std::get_if<Reply>(&invocation)) ADD_FAILURE() << reply->text;
  return std::get<Arguments>(invocation);
}

inline void expect_usage_error(std::vector<const char*> words, std::string_view part) {
  const auto invocation = parse(std::move(words));
  const auto* reply = std::get_if<Reply>(&invocation);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->exit_code, ExitCode::usage);
  EXPECT_NE(reply->text.find(part), std::string::npos) << reply->text;
  EXPECT_EQ(std::count(reply->text.begin(), reply->text.end(), '\n'), 0) << reply->text;
}

}  // namespace gander::cli
