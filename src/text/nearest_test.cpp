// SPDX-License-Identifier: Apache-2.0
#include "text/nearest.hpp"

#include <gtest/gtest.h>

namespace gander::text {
namespace {

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> names{"power_draw", "power_limit", "temperature", "uuid"};
  EXPECT_EQ(find_nearest("power_darw", names), "power_draw");
  EXPECT_EQ(find_nearest("temprature", names), "temperature");
  EXPECT_EQ(find_nearest("power-limit", names), "power_limit");
  EXPECT_EQ(find_nearest("uid", names), "uuid");
  EXPECT_EQ(find_nearest("uuid", names), "uuid");
}

TEST(Nearest, OffersNothingThatIsFarAway) {
  const std::vector<std::string> names{"power_draw", "uuid"};
  EXPECT_EQ(find_nearest("colour", names), "");
  EXPECT_EQ(find_nearest("", names), "");
  EXPECT_EQ(find_nearest(std::string(100000, 'u'), names), "");
  EXPECT_EQ(find_nearest("uuid", {}), "");
}

}  // namespace
}  // namespace gander::text
