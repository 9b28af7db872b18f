// SPDX-License-Identifier: Apache-2.0
#include "choose/pick.hpp"

#include <gtest/gtest.h>

#include "choose/together.hpp"
#include "tests/golden/fixture.hpp"

namespace gander::choose {
namespace {

using Indices = std::vector<DeviceIndex>;

Indices indices_of(const Pick& pick) {
  Indices indices;
  for (const auto* device : pick.devices) indices.push_back(device->index);
  return indices;
}

TEST(Pick, AsManyAsThereAreUpToTheLimit) {
  const auto snapshot = fixture::sample_snapshot();
  Wish wish;
  EXPECT_EQ(indices_of(pick(snapshot, wish)), (Indices{{5, {}}, {6, {}}, {7, {}}}));
  wish.most = 2;
  const auto two = pick(snapshot, wish);
  EXPECT_EQ(indices_of(two), (Indices{{5, {}}, {6, {}}}));
  EXPECT_EQ(two.free_count, 3U);
  EXPECT_TRUE(two.is_enough);
  EXPECT_EQ(two.candidates.size(), 8U);
  wish.most = 4;
  wish.least = 4;
  const auto short_of = pick(snapshot, wish);
  EXPECT_EQ(short_of.devices.size(), 3U);
  EXPECT_FALSE(short_of.is_enough);
  EXPECT_TRUE(pick(fixture::empty_snapshot(), {}).devices.empty());
}

TEST(Pick, OnlyAmongThoseThatAreNamed) {
  Wish wish;
  wish.among = Indices{{7, {}}, {0, {}}};
  EXPECT_EQ(indices_of(pick(fixture::sample_snapshot(), wish)), (Indices{{7, {}}}));
  wish.among = Indices{};
  EXPECT_TRUE(pick(fixture::sample_snapshot(), wish).devices.empty());
}

TEST(Pick, OneInstanceAloneWhereWholeGpusDoNotDo) {
  auto snapshot = fixture::mig_snapshot();
  EXPECT_EQ(indices_of(pick(snapshot, {})), (Indices{{1, 0}})) << "GPU 0 is in use";
  snapshot.devices[0] = fixture::make_gpu(0, 0, 0);
  EXPECT_EQ(indices_of(pick(snapshot, {})), (Indices{{0, {}}}));
  Wish wish;
  wish.among = Indices{{1, {}}};
  EXPECT_EQ(indices_of(pick(snapshot, wish)), (Indices{{1, 0}})) << "a GPU brings its instances";
  wish.least = 2;
  EXPECT_FALSE(pick(snapshot, wish).is_enough) << "a program sees one instance";
}

/// Six idle GPUs in pairs: 0 with 3, 1 with 4, 2 with 5, the last by more NVLinks.
Snapshot paired() {
  auto snapshot = fixture::empty_snapshot();
  for (std::uint32_t gpu = 0; gpu < 6; ++gpu) {
    auto device = fixture::make_gpu(gpu, 0, 0);
    for (std::uint32_t other = 0; other < 6; ++other) {
      if (other == gpu) continue;
      const bool is_pair = other % 3 == gpu % 3;
      const std::uint32_t links = is_pair ? (gpu % 3 == 2 ? 12U : 6U) : 0U;
      device.peers.push_back({fixture::uuid_of(other), PeerPath::system, links});
    }
    snapshot.devices.push_back(std::move(device));
  }
  return snapshot;
}

TEST(Pick, SeveralThatStandTogether) {
  Wish wish;
  wish.order = {{OrderKey::topology}};
  wish.most = 2;
  EXPECT_EQ(indices_of(pick(paired(), wish)), (Indices{{2, {}}, {5, {}}}));
  wish.most = 4;
  const auto four = indices_of(pick(paired(), wish));
  EXPECT_EQ(four, (Indices{{0, {}}, {2, {}}, {3, {}}, {5, {}}}));
  wish.most = 1;
  EXPECT_EQ(indices_of(pick(paired(), wish)), (Indices{{0, {}}})) << "one is near to itself";
}

TEST(Nearness, LinksBeforePaths) {
  auto a = fixture::make_gpu(0, 0, 0);
  const auto b = fixture::make_gpu(1, 0, 0);
  EXPECT_EQ(nearness(a, b), 0);
  a.peers = {{fixture::uuid_of(1), PeerPath::board, 0U}};
  const int board = nearness(a, b);
  a.peers.front().path = PeerPath::system;
  EXPECT_GT(board, nearness(a, b));
  a.peers.front().links = 1U;
  EXPECT_GT(nearness(a, b), board);
}

}  // namespace
}  // namespace gander::choose
