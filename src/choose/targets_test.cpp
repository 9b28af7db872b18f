// SPDX-License-Identifier: Apache-2.0
// Who is to end, and who is spared.
#include "choose/targets.hpp"

#include <gtest/gtest.h>

#include "tests/golden/fixture.hpp"

namespace gander::choose {
namespace {

/// alice computes on GPU 0 and 1, bob computes on 0, and alice's desktop draws on 1.
Snapshot machine() {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices = {fixture::make_gpu(0, 0, 0), fixture::make_gpu(1, 0, 0)};
  const auto& first = snapshot.devices[0].uuid.value();
  const auto& second = snapshot.devices[1].uuid.value();
  auto both = fixture::with_use(fixture::make_process(10, "alice", {"train"}),
                                fixture::make_use(first, 100, 0));
  both = fixture::with_use(std::move(both), fixture::make_use(second, 50, 0));
  auto other =
      fixture::with_use(fixture::make_process(20, "bob", {"fit"}), fixture::make_use(first, 7, 0));
  auto desktop = fixture::with_use(fixture::make_process(30, "alice", {"desktop"}),
                                   fixture::make_use(second, 5, 0));
  desktop.uses[0].type = ContextType::graphics;
  snapshot.processes = {both, other, desktop};
  return snapshot;
}

std::vector<Pid> doomed(const Snapshot& snapshot, const EndingWish& wish) {
  std::vector<Pid> pids;
  for (const auto& target : find_targets(snapshot, wish)) {
    if (!target.mercy) pids.push_back(target.process->pid);
  }
  return pids;
}

std::vector<DeviceIndex> gpu(std::uint32_t index) { return {{index, {}}}; }

TEST(Targets, EachProcessOnceWithItsDevicesAndMemory) {
  const auto snapshot = machine();
  const auto targets = find_targets(snapshot, {});
  ASSERT_EQ(targets.size(), 3U);
  EXPECT_EQ(targets[0].devices.size(), 2U);
  EXPECT_EQ(targets[0].gpu_memory, Reading{150.0});
  const auto one = find_targets(snapshot, {gpu(1), {}, {}, false});
  EXPECT_EQ(one[0].gpu_memory, Reading{50.0}) << "only what was asked for";
}

TEST(Targets, StrangersAreSpared) {
  const auto snapshot = machine();
  EXPECT_EQ(doomed(snapshot, {gpu(0), {}, {"alice"}, false}), (std::vector<Pid>{10}));
  EXPECT_EQ(doomed(snapshot, {gpu(0), {}, {"alice", "bob"}, false}), (std::vector<Pid>{10, 20}));
  EXPECT_EQ(doomed(snapshot, {gpu(0), {}, {}, false}), (std::vector<Pid>{10, 20}));
  const auto targets = find_targets(snapshot, {gpu(0), {20}, {"alice"}, false});
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets[0].mercy, Mercy::stranger) << "a number changes nothing about whose it is";
}

TEST(Targets, WhoseOwnerIsUnknownIsAStranger) {
  auto snapshot = machine();
  snapshot.processes[0].uid = Missing::no_permission;
  snapshot.processes[0].user = Missing::no_permission;
  EXPECT_TRUE(doomed(snapshot, {gpu(0), {}, {"alice"}, false}).empty());
}

TEST(Targets, WhatOnlyDrawsIsSparedUnlessAskedForOrNamed) {
  const auto snapshot = machine();
  EXPECT_EQ(doomed(snapshot, {gpu(1), {}, {"alice"}, false}), (std::vector<Pid>{10}));
  EXPECT_EQ(doomed(snapshot, {gpu(1), {}, {"alice"}, true}), (std::vector<Pid>{10, 30}));
  EXPECT_EQ(doomed(snapshot, {{}, {30}, {"alice"}, false}), (std::vector<Pid>{30}));
  auto unknown = machine();
  unknown.processes[2].uses[0].type = Missing::not_supported;
  EXPECT_EQ(doomed(unknown, {gpu(1), {}, {"alice"}, false}), (std::vector<Pid>{10, 30}))
      << "nobody said that it only draws";
}

TEST(Targets, MemoryThatIsUnknownAnywhereIsUnknown) {
  auto snapshot = machine();
  snapshot.processes[0].uses[1].readings[Metric::gpu_memory] = Missing::no_permission;
  EXPECT_EQ(find_targets(snapshot, {})[0].gpu_memory, Reading{Missing::no_permission});
}

}  // namespace
}  // namespace gander::choose
