// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "cli/arguments_test.hpp"

namespace gander::cli {
namespace {

AvailableArguments parse_available(std::vector<const char*> words) {
  words.insert(words.begin(), "available");
  return parse_as<AvailableArguments>(std::move(words));
}

void expect_refused(std::vector<const char*> words, const char* part) {
  words.insert(words.begin(), "available");
  expect_usage_error(words, part);
}

TEST(AvailableArguments, TheUsualTermsAreThoseOfOthers) {
  const auto arguments = parse_available({});
  EXPECT_EQ(arguments.wish.terms.most_used_share, 0.2);
  EXPECT_FALSE(arguments.wish.most);
  EXPECT_EQ(arguments.wish.least, 0U);
  EXPECT_TRUE(arguments.wish.order.empty());
  EXPECT_EQ(arguments.separator, ",");
}

TEST(AvailableArguments, Terms) {
  const auto terms = parse_available({"--max-used-memory", "35.5%", "--min-free-memory", "2GiB",
                                      "-t", "1MiB", "-G", "50", "--max-memory-utilization", "10%",
                                      "--max-processes", "0", "--tolerance", "5"})
                         .wish.terms;
  EXPECT_DOUBLE_EQ(terms.most_used_share.value(), 0.355);
  EXPECT_EQ(terms.least_free_memory, 2.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(terms.least_total_memory, 1024.0 * 1024);
  EXPECT_EQ(terms.most_utilization, 0.5);
  EXPECT_EQ(terms.most_memory_utilization, 0.1);
  EXPECT_EQ(terms.most_processes, 0U);
  EXPECT_DOUBLE_EQ(terms.tolerance, 0.05);
  const auto absolute = parse_available({"--max-used-memory", "500MiB"}).wish.terms;
  EXPECT_FALSE(absolute.most_used_share);
  EXPECT_EQ(absolute.most_used_memory, 500.0 * 1024 * 1024);
  expect_refused({"--max-used-memory", "120"}, "percentage");
  expect_refused({"--max-used-memory", "much"}, "size");
  expect_refused({"--max-utilization", "nan"}, "percentage");
  expect_refused({"--max-processes", "1.5"}, "number of processes");
}

TEST(AvailableArguments, Counts) {
  EXPECT_EQ(parse_available({"-l", "2"}).wish.most, 2U);
  const auto exact = parse_available({"-n", "3"});
  EXPECT_EQ(exact.wish.least, 3U);
  EXPECT_EQ(exact.wish.most, 3U);
  EXPECT_TRUE(exact.is_exact);
  EXPECT_FALSE(parse_available({"-c", "3"}).is_exact);
  expect_refused({"-l", "0"}, "GPUs from 1 on");
  expect_refused({"--limit=-1"}, "GPUs from 1 on");
  expect_refused({"-n", "0"}, "GPUs from 1 on");
  expect_refused({"-n", "1", "-l", "1"}, "excludes");
  expect_refused({"-c", "3", "-l", "2"}, "more than");
}

TEST(AvailableArguments, Choice) {
  const auto order = parse_available({"--order", "free-memory,index:desc"}).wish.order;
  ASSERT_EQ(order.size(), 2U);
  EXPECT_EQ(order[0], (choose::Order{choose::OrderKey::free_memory, false}));
  EXPECT_EQ(order[1], (choose::Order{choose::OrderKey::index, true}));
  expect_refused({"--order", "size"}, "free_memory");
  EXPECT_EQ(parse_available({"-o", "0", "3:1"}).wish.among,
            (std::vector<DeviceIndex>{{0, {}}, {3, 1}}));
  expect_refused({"-o", "x"}, "device index");
  EXPECT_FALSE(parse_available({}).inherits);
  EXPECT_EQ(parse_available({"-i"}).inherits, "");
  EXPECT_EQ(parse_available({"--inherit", "1,0"}).inherits, "1,0");
  expect_refused({"-i", "-o", "0"}, "excludes");
  EXPECT_FALSE(parse_available({}).free_users);
  EXPECT_TRUE(parse_available({"--account-as-free"}).free_users.has_value());
  EXPECT_EQ(parse_available({"--account-as-free", "ann", "bob"}).free_users,
            (std::vector<std::string>{"ann", "bob"}));
}

TEST(AvailableArguments, Waiting) {
  EXPECT_FALSE(parse_available({}).wait);
  EXPECT_TRUE(std::isinf(parse_available({"--wait"}).wait.value()));
  EXPECT_EQ(parse_available({"--wait", "15m"}).wait, 900.0);
  expect_refused({"--wait", "soon"}, "time such as");
}

TEST(AvailableArguments, Forms) {
  EXPECT_EQ(parse_available({"-O", "uuid"}).format, DeviceFormat::uuid);
  EXPECT_EQ(parse_available({"--format", "pci"}).format, DeviceFormat::pci);
  expect_refused({"--format", "name"}, "index, uuid, pci");
  EXPECT_EQ(parse_available({"--sep", " "}).separator, " ");
  EXPECT_EQ(parse_available({"--newline"}).separator, "\n");
  EXPECT_TRUE(parse_available({"-0"}).ends_with_zero);
  EXPECT_TRUE(parse_available({"--export"}).exports);
  expect_refused({"--export", "--json"}, "excludes");
  expect_refused({"--newline", "-s", ":"}, "excludes");
}

}  // namespace
}  // namespace gander::cli
