// SPDX-License-Identifier: Apache-2.0
#include "text/base64.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

// The examples of RFC 4648, section 10.
TEST(Base64, WritesTheExamplesOfItsStandard) {
  EXPECT_EQ(write_base64(""), "");
  EXPECT_EQ(write_base64("f"), "Zg==");
  EXPECT_EQ(write_base64("fo"), "Zm8=");
  EXPECT_EQ(write_base64("foo"), "Zm9v");
  EXPECT_EQ(write_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(write_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(write_base64("\xff\xfe\x80"), "//6A");
}

}  // namespace
}  // namespace gander::text
