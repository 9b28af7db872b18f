// SPDX-License-Identifier: Apache-2.0
#include "model/whole_number.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace gander {
namespace {

TEST(WholeNumber, is_read_up_to_the_limits_of_its_type) {
  EXPECT_EQ(find_whole_number<std::uint32_t>("0"), 0U);
  EXPECT_EQ(find_whole_number<std::uint32_t>("007"), 7U);
  EXPECT_EQ(find_whole_number<std::uint32_t>("4294967295"), 4294967295U);
  EXPECT_EQ(find_whole_number<std::uint32_t>("4294967296"), std::nullopt);
  EXPECT_EQ(find_whole_number<int>("-2147483648"), -2147483647 - 1);
  EXPECT_EQ(find_whole_number<int>("-2147483649"), std::nullopt);
}

TEST(WholeNumber, is_the_whole_text) {
  for (const auto* text : {"", " ", " 1", "1 ", "1\n", "1x", "x1", "1.0", "1e3", "0x1", "-", "+"}) {
    EXPECT_EQ(find_whole_number<int>(text), std::nullopt) << '"' << text << '"';
  }
  EXPECT_EQ(find_whole_number<int>(std::string_view{"1\0", 2}), std::nullopt);
  EXPECT_EQ(find_whole_number<int>(std::string_view{}), std::nullopt);
}

TEST(WholeNumber, ends_where_the_view_ends) {
  EXPECT_EQ(find_whole_number<int>(std::string_view{"1234"}.substr(1, 2)), 23);
}

TEST(WholeNumber, has_a_minus_only_where_its_type_is_signed) {
  EXPECT_EQ(find_whole_number<std::int64_t>("-5"), -5);
  EXPECT_EQ(find_whole_number<std::uint64_t>("-5"), std::nullopt);
  EXPECT_EQ(find_whole_number<std::uint64_t>("-0"), std::nullopt);
  EXPECT_EQ(find_whole_number<std::int64_t>("+5"), std::nullopt);
}

TEST(WholeNumber, is_read_in_other_bases) {
  EXPECT_EQ(find_whole_number<std::uint32_t>("fF", 16), 255U);
  EXPECT_EQ(find_whole_number<std::uint32_t>("0x10", 16), std::nullopt);
  EXPECT_EQ(find_whole_number<std::uint32_t>("ff"), std::nullopt);
}

}  // namespace
}  // namespace gander
