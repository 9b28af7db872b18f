// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <csignal>

#include "cli/arguments_test.hpp"

namespace gander::cli {
namespace {

KillArguments parse_kill(std::vector<const char*> words) {
  words.insert(words.begin(), "kill");
  return parse_as<KillArguments>(std::move(words));
}

void expect_refused(std::vector<const char*> words, const char* part) {
  words.insert(words.begin(), "kill");
  expect_usage_error(words, part);
}

TEST(KillArguments, Mine) {
  const auto arguments = parse_kill({"--gpu", "0,3:1"});
  EXPECT_EQ(arguments.devices, (std::vector<DeviceIndex>{{0, {}}, {3, 1}}));
  EXPECT_TRUE(arguments.users.empty());
  EXPECT_FALSE(arguments.everybody);
  EXPECT_FALSE(arguments.is_sure);
  EXPECT_EQ(arguments.only_signal, 0);
  EXPECT_EQ(arguments.grace, 5);
}

TEST(KillArguments, SignalsByAnyOfTheirNames) {
  EXPECT_EQ(parse_kill({"-p", "7", "-s", "term"}).only_signal, SIGTERM);
  EXPECT_EQ(parse_kill({"-p", "7", "-s", "SIGKILL"}).only_signal, SIGKILL);
  EXPECT_EQ(parse_kill({"-p", "7,8", "--grace", "2m"}).grace, 120);
  EXPECT_EQ(parse_kill({"-p", "7,8"}).pids, (std::vector<Pid>{7, 8}));
  expect_refused({"-p", "7", "-s", "STOP"}, "INT, TERM and KILL");
}

TEST(KillArguments, NothingIsGuessed) {
  expect_refused({}, "--gpu IDX or --pid PID");
  expect_refused({"--gpu", "all"}, "'all'");
  expect_refused({"--pid", "0"}, "'0'");
  expect_refused({"--pid", "7x"}, "'7x'");
  expect_refused({"--gpu", "0", "--user", ""}, "''");
  expect_refused({"--gpu", "0", "--user", "a", "--all-users"}, "--all-users");
  expect_refused({"--gpu", "0", "--grace", "99d"}, "--grace");
}

}  // namespace
}  // namespace gander::cli
