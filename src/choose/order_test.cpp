// SPDX-License-Identifier: Apache-2.0
#include "choose/order.hpp"

#include <gtest/gtest.h>

#include "tests/golden/fixture.hpp"

namespace gander::choose {
namespace {

using Indices = std::vector<std::uint32_t>;

std::vector<Device> three_gpus() {
  std::vector<Device> devices{fixture::make_gpu(0, 0.5, 0), fixture::make_gpu(1, 0.1, 0),
                              fixture::make_gpu(2, 0.9, 0)};
  for (auto& device : devices) device.readings[Metric::power_limit] = 700.0;
  devices[0].readings[Metric::power_draw] = 300.0;
  devices[1].readings[Metric::power_draw] = 600.0;
  devices[2].readings[Metric::power_draw] = 100.0;
  devices[0].readings[Metric::temperature] = 40.0;
  devices[1].readings[Metric::temperature] = Missing::no_data;
  devices[2].readings[Metric::temperature] = 70.0;
  devices[1].compute_capability = ComputeCapability{10, 0};
  return devices;
}

Indices sorted(const std::string& text, std::vector<double> free = {1, 2, 3}) {
  const auto devices = three_gpus();
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    candidates.push_back({&devices[i], {}, 0, free[i]});
  }
  sort(candidates, text.empty() ? std::vector<Order>{} : parse_order(text).value());
  Indices indices;
  for (const auto& candidate : candidates) indices.push_back(candidate.device->index.gpu);
  return indices;
}

TEST(Order, EachKeyInItsOwnDirectionAndTheOther) {
  EXPECT_EQ(sorted(""), (Indices{0, 1, 2}));
  EXPECT_EQ(sorted("index:desc"), (Indices{2, 1, 0}));
  EXPECT_EQ(sorted("free_memory"), (Indices{2, 1, 0}));
  EXPECT_EQ(sorted("free-memory:asc"), (Indices{0, 1, 2}));
  EXPECT_EQ(sorted("utilization"), (Indices{1, 0, 2}));
  EXPECT_EQ(sorted("power"), (Indices{2, 0, 1}));
  EXPECT_EQ(sorted("compute"), (Indices{1, 0, 2}));
}

TEST(Order, UnknownIsLastInBothDirections) {
  EXPECT_EQ(sorted("temperature"), (Indices{0, 2, 1}));
  EXPECT_EQ(sorted("temperature:desc"), (Indices{2, 0, 1}));
}

TEST(Order, KeysFollowEachOther) {
  EXPECT_EQ(sorted("free_memory,utilization", {5, 5, 1}), (Indices{1, 0, 2}));
  EXPECT_EQ(sorted("free_memory,index:desc", {5, 5, 1}), (Indices{1, 0, 2}));
  EXPECT_EQ(sorted("free_memory,index", {5, 5, 1}), (Indices{0, 1, 2}));
}

TEST(Order, WhoNeedsToleranceComesLater) {
  const auto devices = three_gpus();
  std::vector<Candidate> candidates{{&devices[0], {}, 1, 9.0}, {&devices[1], {}, 0, 1.0}};
  sort(candidates, {{OrderKey::free_memory}});
  EXPECT_EQ(candidates.front().device->index.gpu, 1U);
}

TEST(Order, MistakesNameTheKeys) {
  for (const auto* text : {"", "size", "index:up", "index,", "index desc"}) {
    const auto order = parse_order(text);
    ASSERT_FALSE(order) << text;
    EXPECT_NE(order.error().message.find("free_memory"), std::string::npos);
  }
}

}  // namespace
}  // namespace gander::choose
