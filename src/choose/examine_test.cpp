// SPDX-License-Identifier: Apache-2.0
#include "choose/examine.hpp"

#include <gtest/gtest.h>

#include "tests/golden/fixture.hpp"

namespace gander::choose {
namespace {

using fixture::gib;
using Kinds = std::vector<ObjectionKind>;

Kinds kinds_of(const Candidate& candidate) {
  Kinds kinds;
  for (const auto& objection : candidate.objections) kinds.push_back(objection.kind);
  return kinds;
}

std::vector<DeviceIndex> free_of(const Snapshot& snapshot, const AvailabilityTerms& terms = {}) {
  std::vector<DeviceIndex> free;
  for (const auto& candidate : examine(snapshot, terms)) {
    if (candidate.is_free()) free.push_back(candidate.device->index);
  }
  return free;
}

/// One GPU of 100 bytes, of which so many are used.
Snapshot with_used(double used) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices[0].readings[Metric::memory_total] = 100.0;
  snapshot.devices[0].readings[Metric::memory_used] = used;
  return snapshot;
}

Kinds kinds_for(const Snapshot& snapshot, const AvailabilityTerms& terms) {
  return kinds_of(examine(snapshot, terms).front());
}

TEST(Examine, LittleUsedMemoryIsFreeUpToTheBoundItself) {
  EXPECT_EQ(free_of(fixture::sample_snapshot()),
            (std::vector<DeviceIndex>{{5, {}}, {6, {}}, {7, {}}}));
  EXPECT_TRUE(kinds_for(with_used(20), {}).empty());
  const auto candidate = examine(with_used(21), {}).front();
  EXPECT_EQ(candidate.objections, (std::vector<Objection>{{ObjectionKind::used_share, 0.21, 0.2}}));
  EXPECT_EQ(candidate.free_memory, Reading{79.0});
}

TEST(Examine, EveryBoundObjectsByItself) {
  const auto kinds = [](auto set) {
    AvailabilityTerms terms;
    terms.most_used_share.reset();
    set(terms);
    auto snapshot = with_used(50);
    snapshot.devices[0].readings[Metric::gpu_utilization] = 0.5;
    snapshot.devices[0].readings[Metric::memory_utilization] = 0.4;
    return kinds_for(snapshot, terms);
  };
  EXPECT_EQ(kinds([](auto& terms) { terms.most_used_memory = 49; }),
            Kinds{ObjectionKind::used_memory});
  EXPECT_EQ(kinds([](auto& terms) { terms.most_used_memory = 50; }), Kinds{});
  EXPECT_EQ(kinds([](auto& terms) { terms.least_free_memory = 51; }),
            Kinds{ObjectionKind::free_memory});
  EXPECT_EQ(kinds([](auto& terms) { terms.least_free_memory = 50; }), Kinds{});
  EXPECT_EQ(kinds([](auto& terms) { terms.least_total_memory = 101; }),
            Kinds{ObjectionKind::total_memory});
  EXPECT_EQ(kinds([](auto& terms) { terms.most_utilization = 0.4; }),
            Kinds{ObjectionKind::utilization});
  EXPECT_EQ(kinds([](auto& terms) { terms.most_memory_utilization = 0.3; }),
            Kinds{ObjectionKind::memory_utilization});
}

TEST(Examine, WhatIsUnknownIsNotFree) {
  auto snapshot = with_used(0);
  snapshot.devices[0].readings[Metric::memory_used] = Missing::no_permission;
  const auto candidate = examine(snapshot, {}).front();
  EXPECT_EQ(candidate.objections,
            (std::vector<Objection>{{ObjectionKind::used_share, Missing::no_permission, 0.2}}));
  EXPECT_EQ(candidate.free_memory, Reading{Missing::no_permission});
  AvailabilityTerms terms;
  terms.most_used_share.reset();
  EXPECT_TRUE(kinds_for(snapshot, terms).empty()) << "nobody asks for it";
}

TEST(Examine, SickGpusAreNotFreeAndHarmNobody) {
  auto snapshot = fixture::sick_snapshot();
  const auto candidates = examine(snapshot, {});
  EXPECT_TRUE(candidates[0].is_free());
  EXPECT_EQ(kinds_of(candidates[1]), Kinds{ObjectionKind::state});
  EXPECT_EQ(kinds_of(candidates[2]), Kinds{ObjectionKind::state});
  EXPECT_TRUE(examine(fixture::empty_snapshot(), {}).empty());
}

TEST(Examine, AGpuThatSleepsIsFree) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices[0].state = DeviceState::suspended;
  snapshot.devices[0].readings.fill(Missing::suspended);
  AvailabilityTerms terms;
  terms.most_utilization = 0.1;
  terms.most_processes = 0;
  EXPECT_TRUE(kinds_for(snapshot, terms).empty());
  terms.least_free_memory = gib;
  EXPECT_EQ(kinds_for(snapshot, terms), Kinds{ObjectionKind::free_memory}) << "how much is unknown";
}

TEST(Examine, OfADividedGpuTheInstancesAre) {
  const auto candidates = examine(fixture::mig_snapshot(), {});
  EXPECT_EQ(kinds_of(candidates[1]), Kinds{ObjectionKind::divided});
  EXPECT_TRUE(candidates[2].is_free());
  EXPECT_EQ(kinds_of(candidates[3]), Kinds{ObjectionKind::used_share});
}

TEST(Examine, ComputeModesForbid) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices[0].compute_mode = ComputeMode::prohibited;
  EXPECT_EQ(kinds_for(snapshot, {}), Kinds{ObjectionKind::prohibited});
  snapshot.devices[0].compute_mode = ComputeMode::exclusive_process;
  EXPECT_TRUE(kinds_for(snapshot, {}).empty());
  snapshot.processes = {fixture::with_use(fixture::make_process(7, "ann", {"a"}),
                                          fixture::make_use(fixture::uuid_of(0), 1, 0))};
  EXPECT_EQ(kinds_for(snapshot, {}), Kinds{ObjectionKind::exclusive});
}

TEST(Examine, ProcessesCountThatComputeAndNobodyIsHidden) {
  auto snapshot = fixture::idle_snapshot();
  auto& device = snapshot.devices[0];
  device.processes_complete = true;
  auto desktop = fixture::make_use(fixture::uuid_of(0), 1, 0);
  desktop.type = ContextType::graphics;
  snapshot.processes = {fixture::with_use(fixture::make_process(7, "root", {"Xorg"}), desktop)};
  AvailabilityTerms terms;
  terms.most_processes = 0;
  EXPECT_TRUE(kinds_for(snapshot, terms).empty());
  device.processes_complete = false;
  EXPECT_EQ(examine(snapshot, terms)[0].objections,
            (std::vector<Objection>{{ObjectionKind::processes, Missing::withheld, 0}}));
  device.processes_complete = Missing::timed_out;
  EXPECT_EQ(examine(snapshot, terms)[0].objections.at(0).value, Reading{Missing::timed_out});
  snapshot.processes[0].uses[0].type = ContextType::compute;
  EXPECT_EQ(examine(snapshot, terms)[0].objections.at(0).value, Reading{1.0});
}

TEST(Examine, SomebodysMemoryMayCountAsFree) {
  auto snapshot = fixture::sample_snapshot();
  AvailabilityTerms terms;
  EXPECT_FALSE(examine(snapshot, terms)[0].is_free());
  terms.free_users = {"alice"};
  const auto candidate = examine(snapshot, terms)[0];
  EXPECT_TRUE(candidate.is_free()) << "she holds nearly all of what is used";
  EXPECT_FALSE(examine(snapshot, terms)[4].is_free()) << "that is bob's";
  terms.free_users = {std::to_string(snapshot.processes[1].uid.value())};
  EXPECT_TRUE(examine(snapshot, terms)[0].is_free());
}

TEST(Examine, ToleranceLoosensBoundsAndCountsWhoNeedsIt) {
  AvailabilityTerms terms;
  terms.most_used_share.reset();
  terms.least_free_memory = 60;
  terms.most_utilization = 0.3;
  terms.tolerance = 0.1;
  auto snapshot = with_used(45);
  snapshot.devices[0].readings[Metric::gpu_utilization] = 0.39;
  auto candidate = examine(snapshot, terms)[0];
  EXPECT_TRUE(candidate.is_free());
  EXPECT_EQ(candidate.leniencies, 2U);
  snapshot.devices[0].readings[Metric::gpu_utilization] = 0.41;
  EXPECT_EQ(kinds_for(snapshot, terms), Kinds{ObjectionKind::utilization});
}

TEST(Examine, WhatIsTakenNamesWhoHasIt) {
  auto snapshot = fixture::mig_snapshot();
  snapshot.claims = {
      {"c1", fixture::uuid_of(0), std::string{"ann"}, 1.0, Missing::no_data, ""},
      {"c2", fixture::uuid_of(1), Missing::no_permission, 1.0, Missing::no_data, ""}};
  const auto candidates = examine(snapshot, {});
  EXPECT_EQ(candidates[0].objections.back(),
            (Objection{ObjectionKind::taken, Missing::not_supported, 0, "ann"}));
  EXPECT_EQ(candidates[2].objections,
            (std::vector<Objection>{{ObjectionKind::taken, Missing::not_supported, 0, "somebody"}}))
      << "who has a GPU has its instances";
}

TEST(Examine, AGpuWithoutMemoryOfItsOwnIsJudgedByTheHosts) {
  const auto candidates = examine(fixture::unified_snapshot(), {});
  ASSERT_FALSE(candidates.empty());
  EXPECT_TRUE(candidates[0].free_memory.is_known());
}

}  // namespace
}  // namespace gander::choose
