// SPDX-License-Identifier: Apache-2.0
// What stays of a snapshot when somebody asks for less.
#include "gander/select.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/golden/fixture.hpp"

namespace gander {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Pid> pids_of(const Snapshot& snapshot) {
  std::vector<Pid> pids;
  for (const auto& process : snapshot.processes) pids.push_back(process.pid);
  return pids;
}

std::vector<std::string> devices_of(const Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& device : snapshot.devices) names.push_back(to_string(device.index));
  return names;
}

TEST(Select, NothingAskedChangesNothing) {
  EXPECT_EQ(select(fixture::sample_snapshot(), {}), fixture::sample_snapshot());
}

TEST(Select, DevicesBringTheirProcessesAndTheAncestorsOfThose) {
  Selection selection;
  selection.devices = std::vector<DeviceIndex>{{4, {}}, {1, {}}};
  const auto snapshot = select(fixture::sample_snapshot(), selection);
  EXPECT_THAT(devices_of(snapshot), ElementsAre("1", "4"));
  EXPECT_THAT(pids_of(snapshot), ElementsAre(2000, 2002, 3100));
  selection.devices->clear();
  EXPECT_THAT(devices_of(select(fixture::sample_snapshot(), selection)), IsEmpty());
}

TEST(Select, AGpuBringsItsInstancesAndAnInstanceComesAlone) {
  Selection selection;
  selection.devices = std::vector<DeviceIndex>{{1, {}}};
  EXPECT_THAT(devices_of(select(fixture::mig_snapshot(), selection)),
              ElementsAre("1", "1:0", "1:1"));
  selection.devices = std::vector<DeviceIndex>{{1, 1}};
  EXPECT_THAT(devices_of(select(fixture::mig_snapshot(), selection)), ElementsAre("1:1"));
}

TEST(Select, InvalidDevicesAreNamedOnceAndSorted) {
  Selection selection;
  selection.devices = std::vector<DeviceIndex>{{9, {}}, {1, 7}, {0, {}}, {9, {}}};
  EXPECT_THAT(find_invalid(fixture::mig_snapshot(), selection),
              ElementsAre(DeviceIndex{1, 7}, DeviceIndex{9, {}}));
  EXPECT_THAT(find_invalid(fixture::mig_snapshot(), {}), IsEmpty());
}

TEST(Select, UsersAndPidsNarrowProcessesOnly) {
  Selection selection;
  selection.users = {"bob", "carol"};
  const auto snapshot = select(fixture::sample_snapshot(), selection);
  EXPECT_EQ(snapshot.devices.size(), 8U);
  EXPECT_THAT(pids_of(snapshot), ElementsAre(3100, 4200));
  selection.pids = {4200, 5300};
  EXPECT_THAT(pids_of(select(fixture::sample_snapshot(), selection)), ElementsAre(4200));
  selection = {};
  selection.users = {"1003"};
  EXPECT_THAT(pids_of(select(fixture::sample_snapshot(), selection)), ElementsAre(3100));
}

TEST(Select, ContextConditionsMustAllHold) {
  struct Case {
    std::vector<ContextFilter> filters;
    bool compute;
    bool graphics;
    bool both;
  };
  using enum ContextFilter;
  const std::vector<Case> cases{{{}, true, true, true},
                                {{compute}, true, false, true},
                                {{only_compute}, true, false, false},
                                {{graphics}, false, true, true},
                                {{only_graphics}, false, true, false},
                                {{compute, graphics}, false, false, true},
                                {{only_compute, only_graphics}, false, false, false}};
  for (const auto& test : cases) {
    Selection selection;
    for (const auto filter : test.filters) selection.require(filter);
    EXPECT_EQ(matches(ContextType::compute, selection.contexts), test.compute);
    EXPECT_EQ(matches(ContextType::graphics, selection.contexts), test.graphics);
    EXPECT_EQ(matches(ContextType::compute_graphics, selection.contexts), test.both);
    EXPECT_EQ(matches(Missing::no_data, selection.contexts), test.filters.empty());
  }
}

TEST(Select, ALoopOfParentsEnds) {
  auto snapshot = fixture::sample_snapshot();
  snapshot.processes[0].parent = snapshot.processes[1].pid;
  snapshot.processes[1].parent = snapshot.processes[0].pid;
  Selection selection;
  selection.pids = {2001};
  EXPECT_THAT(pids_of(select(snapshot, selection)), ElementsAre(2000, 2001));
}

TEST(Select, users_without_a_process_are_absent) {
  Snapshot snapshot;
  snapshot.processes.emplace_back();
  snapshot.processes.back().user = std::string{"ada"};
  Selection selection;
  selection.users = {"ada", "bob", "1234"};
  EXPECT_EQ(find_absent_users(snapshot, selection), std::vector<std::string>{"bob"});
}

TEST(Select, names_the_numbers_that_are_of_no_process_on_a_device) {
  Snapshot snapshot;
  for (const Pid pid : {7U, 8U}) snapshot.processes.emplace_back().pid = pid;
  snapshot.processes.back().uses.emplace_back();
  Selection selection;
  EXPECT_TRUE(find_absent_pids(snapshot, selection).empty());
  selection.pids = {9, 8, 7};
  EXPECT_EQ(find_absent_pids(snapshot, selection), (std::vector<Pid>{9, 7}));
}

}  // namespace
}  // namespace gander
