// SPDX-License-Identifier: Apache-2.0
// Loading a library that is on every machine, and one that is on none.
#include "os/shared_library.hpp"

#include <gtest/gtest.h>

namespace gander::os {
namespace {

TEST(SharedLibrary, finds_symbols_and_says_where_it_came_from) {
  auto library = SharedLibrary::open("libc.so.6");
  ASSERT_TRUE(library.has_value());
  EXPECT_NE(library->find_symbol("getpid"), nullptr);
  EXPECT_EQ(library->find_symbol("gander_has_no_such_symbol"), nullptr);
  EXPECT_NE(library->path().find("/libc.so.6"), std::string::npos);
}

TEST(SharedLibrary, failure_carries_the_words_of_the_loader) {
  const auto library = SharedLibrary::open("libgander-none.so.1");
  ASSERT_FALSE(library.has_value());
  EXPECT_EQ(library.error().fault, Fault::no_library);
  EXPECT_NE(library.error().message.find("libgander-none.so.1"), std::string::npos);
}

TEST(SharedLibrary, moves_and_survives_being_abandoned) {
  auto first = SharedLibrary::open("libm.so.6");
  auto second = SharedLibrary::open("libc.so.6");
  ASSERT_TRUE(first.has_value() && second.has_value());
  *first = std::move(*second);
  EXPECT_NE(first->find_symbol("getpid"), nullptr);
  EXPECT_EQ(second->find_symbol("getpid"), nullptr);
  first->abandon();
  EXPECT_EQ(first->find_symbol("getpid"), nullptr);
}

}  // namespace
}  // namespace gander::os
