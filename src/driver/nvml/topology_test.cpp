// SPDX-License-Identifier: Apache-2.0
// Sets of processors as text, and what the bits of a fabric's health say.
#include "driver/nvml/topology.hpp"

#include <gtest/gtest.h>

#include <array>

namespace gander::driver::nvml {
namespace {

TEST(Topology, ListsBitsAsRanges) {
  EXPECT_EQ(list_bits(std::array<unsigned long, 2>{0, 0}), "");
  EXPECT_EQ(list_bits(std::array<unsigned long, 2>{0xffff, 0xffff}), "0-15,64-79");
  EXPECT_EQ(list_bits(std::array<unsigned long, 2>{1UL << 63U, 1}), "63-64");
  EXPECT_EQ(list_bits(std::array<unsigned long, 1>{0b100101}), "0,2,5");
  EXPECT_EQ(list_bits(std::array<unsigned long, 1>{~0UL}), "0-63");
}

TEST(Topology, JudgesTheHealthOfAFabric) {
  constexpr std::uint32_t well = 2U | 2U << 2U | 2U << 4U | 2U << 6U | 1U << 8U;
  EXPECT_EQ(judge_fabric(well), Known{FabricHealth::healthy});
  EXPECT_EQ(judge_fabric(0), Known<FabricHealth>{Missing::not_supported});
  EXPECT_EQ(judge_fabric((well & ~3U) | 1U), Known{FabricHealth::limited_capacity});
  EXPECT_EQ(judge_fabric((well & ~(3U << 4U)) | 1U << 4U), Known{FabricHealth::unhealthy});
  EXPECT_EQ(judge_fabric((well & ~(15U << 8U)) | 4U << 8U), Known{FabricHealth::unhealthy});
}

}  // namespace
}  // namespace gander::driver::nvml
