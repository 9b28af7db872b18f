// SPDX-License-Identifier: Apache-2.0
// The rows of the process table and their order.
#include <gtest/gtest.h>

#include <vector>

#include "tests/golden/fixture.hpp"
#include "tui/panel/processes.hpp"

namespace gander::tui {
namespace {

using Pids = std::vector<Pid>;

/// Three processes on two GPUs; the second is on both, one is gone, of one the load is unknown.
Snapshot make_snapshot() {
  auto snapshot = fixture::empty_snapshot();
  snapshot.devices = {fixture::make_gpu(0, 0.5, fixture::gib), fixture::make_gpu(1, 0.1, 0.0)};
  const auto add = [&](Pid pid, const std::string& user, std::uint32_t gpu, double gib) {
    snapshot.processes.push_back(
        fixture::with_use(fixture::make_process(pid, user, {"work"}),
                          fixture::make_use(fixture::uuid_of(gpu), gib * fixture::gib, gib / 10)));
  };
  add(30, "alice", 1, 4);
  add(20, "bob", 0, 2);
  add(10, "carol", 0, 2);
  add(40, "dave", 0, 8);
  snapshot.processes[1].uses.push_back(
      fixture::make_use(fixture::uuid_of(1), 6 * fixture::gib, 0.9));
  snapshot.processes[3].presence = Presence::gone;
  snapshot.processes[2].uses[0].readings[Metric::gpu_sm_utilization] = Missing::no_permission;
  return snapshot;
}

Pids pids_of(const Snapshot& snapshot, const ViewState& state) {
  Pids pids;
  for (const TableRow& row : arrange_rows(snapshot, state)) {
    pids.push_back(row.process == nullptr ? 0 : row.process->pid);
  }
  return pids;
}

Pids sorted_by(std::vector<SortOrder> orders) {
  ViewState state;
  state.sort = std::move(orders);
  return pids_of(make_snapshot(), state);
}

TEST(ProcessRows, StandByGpuThenUserThenPidUnlessAsked) {
  EXPECT_EQ(sorted_by({}), (Pids{20, 10, 30, 20, 40}));
  EXPECT_EQ(sorted_by({{SortKey::natural, false}}), (Pids{20, 10, 30, 20, 40}));
  EXPECT_EQ(sorted_by({{SortKey::natural, true}}), (Pids{20, 30, 10, 20, 40}));
}

TEST(ProcessRows, SortNumbersUpAndSizesDown) {
  EXPECT_EQ(sorted_by({{SortKey::pid, false}}), (Pids{10, 20, 20, 30, 40}));
  EXPECT_EQ(sorted_by({{SortKey::user, true}}), (Pids{10, 20, 20, 30, 40}));
  EXPECT_EQ(sorted_by({{SortKey::gpu_memory, false}}), (Pids{20, 30, 20, 10, 40}));
}

TEST(ProcessRows, KeepWhatIsGoneLastInBothDirections) {
  for (const SortKey key :
       {SortKey::natural, SortKey::pid, SortKey::user, SortKey::gpu_memory, SortKey::sm,
        SortKey::memory_bandwidth, SortKey::cpu, SortKey::host_memory, SortKey::time}) {
    EXPECT_EQ(sorted_by({{key, false}}).back(), 40);
    EXPECT_EQ(sorted_by({{key, true}}).back(), 40);
  }
}

TEST(ProcessRows, KeepWhatIsUnknownBehindWhatIsKnown) {
  EXPECT_EQ(sorted_by({{SortKey::sm, false}}), (Pids{20, 30, 20, 10, 40}));
  EXPECT_EQ(sorted_by({{SortKey::sm, true}}), (Pids{20, 30, 20, 10, 40}));
}

TEST(ProcessRows, UseTheSecondKeyForTies) {
  EXPECT_EQ(sorted_by({{SortKey::gpu_memory, true}, {SortKey::pid, false}}),
            (Pids{10, 20, 30, 20, 40}));
  EXPECT_EQ(sorted_by({{SortKey::gpu_memory, true}, {SortKey::pid, true}}),
            (Pids{20, 10, 30, 20, 40}));
}

TEST(ProcessRows, LeaveOutWhatIsNotAskedFor) {
  const auto snapshot = make_snapshot();
  ViewState state;
  state.selection.devices = {{1, std::nullopt}};
  EXPECT_EQ(pids_of(snapshot, state), (Pids{30, 20}));
  state.selection = {};
  state.selection.users = {"carol"};
  EXPECT_EQ(pids_of(snapshot, state), (Pids{10}));
  state.selection = {};
  state.selection.pids = {20};
  EXPECT_EQ(pids_of(snapshot, state), (Pids{20, 20}));
  state.selection = {};
  state.selection.require(ContextFilter::graphics);
  EXPECT_TRUE(pids_of(snapshot, state).empty());
  state.selection = {};
  state.filter = *Filter::parse("gpu:1 user:alice");
  EXPECT_EQ(pids_of(snapshot, state), (Pids{30}));
}

TEST(ProcessRows, StandInGroupsInTheOrderOfTheirFirstRows) {
  auto snapshot = make_snapshot();
  snapshot.processes[0].owners = {{OwnerKind::slurm_job, "7", "cgroup", Certainty::certain}};
  ViewState state;
  state.grouping = Grouping::job;
  state.sort = {{SortKey::pid, true}};
  const auto rows = arrange_rows(snapshot, state);
  EXPECT_EQ(pids_of(snapshot, state), (Pids{0, 30, 0, 20, 20, 10, 40}));
  EXPECT_EQ(rows[0].group, "job 7");
  EXPECT_EQ(rows[2].group, "no job");
  EXPECT_NE(key_of(rows[0]), key_of(rows[2]));
  EXPECT_EQ(key_of(rows[1]).device, fixture::uuid_of(1));
  EXPECT_EQ(key_of(rows[1]).process.pid, 30);
}

}  // namespace
}  // namespace gander::tui
