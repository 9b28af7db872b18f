// SPDX-License-Identifier: Apache-2.0
// A secret leaves in its header only.
#include "owner/jupyter/secret.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>

namespace gander::owner::jupyter {
namespace {

template <class T>
concept Streamable = requires(std::ostream& stream, const T& value) { stream << value; };
template <class T>
concept Comparable = requires(const T& value) { value == value; };

static_assert(!Streamable<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!Comparable<Secret>);

TEST(Secret, LeavesInTheHeaderOfItsServer) {
  const Secret secret{"s3cret"};
  const Secret copy = secret;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_FALSE(copy.is_empty());
  EXPECT_EQ(copy.authorization().name, "Authorization");
  EXPECT_EQ(copy.authorization().value, "token s3cret");
}

TEST(Secret, MayBeEmpty) {
  EXPECT_TRUE(Secret{}.is_empty());
  EXPECT_TRUE(Secret{""}.is_empty());
}

TEST(Secret, WipingLeavesNothing) {
  std::string text = "s3cret";
  wipe(text);
  EXPECT_EQ(text, std::string(6, '\0'));
}

}  // namespace
}  // namespace gander::owner::jupyter
