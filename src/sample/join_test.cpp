// SPDX-License-Identifier: Apache-2.0
// The join rules for processes.
#include "sample/join.hpp"

#include <gtest/gtest.h>

#include "sample/derive.hpp"

namespace gander::sample {
namespace {

driver::ListedProcess make_row(Pid pid, double memory,
                               driver::PidSpace space = driver::PidSpace::ours) {
  driver::ListedProcess row;
  row.pid = pid;
  row.pid_space = space;
  row.use.readings[Metric::gpu_memory] = memory;
  row.use.type = ContextType::compute;
  return row;
}

DeviceRows make_list(const std::string& uuid, std::vector<driver::ListedProcess> rows) {
  DeviceRows list;
  list.device.uuid = uuid;
  list.rows = std::move(rows);
  list.listed_at = 1000;
  return list;
}

host::ProcessFacts make_facts(Pid pid, double start_time = 500) {
  host::ProcessFacts facts;
  facts.process.pid = pid;
  facts.process.start_time = start_time;
  facts.process.name = std::string("python");
  return facts;
}

std::vector<Owner> find_nobody(const host::ProcessFacts& /*process*/,
                               std::span<const host::ProcessFacts> /*all*/) {
  return {};
}

TEST(Join, AsksTheHostForEachLocalPidOnce) {
  const std::vector lists{
      make_list("GPU-0", {make_row(30, 1), make_row(10, 1), make_row(0, 1), make_row(-4, 1)}),
      make_list("GPU-1", {make_row(10, 1), make_row(20, 1, driver::PidSpace::host)})};
  EXPECT_EQ(find_local_pids(lists), (std::vector<Pid>{10, 30}));
}

TEST(Join, GathersTheUsesOfAProcessAndKeepsItsAncestors) {
  const std::vector lists{make_list("GPU-0", {make_row(30, 1)}),
                          make_list("GPU-1", {make_row(30, 2)})};
  const auto processes = join(lists, {make_facts(1), make_facts(30)}, find_nobody);
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_TRUE(processes[0].uses.empty());
  ASSERT_EQ(processes[1].uses.size(), 2U);
  EXPECT_EQ(processes[1].uses[1].device, "GPU-1");
}

TEST(Join, MergesRowsOfOneProcessOnOneDevice) {
  auto graphics = make_row(30, 5);
  graphics.use.type = ContextType::graphics;
  const std::vector lists{make_list("GPU-0", {make_row(30, 7), graphics, make_row(0, 9)})};
  const auto processes = join(lists, {make_facts(30)}, find_nobody);
  ASSERT_EQ(processes.size(), 1U);
  ASSERT_EQ(processes[0].uses.size(), 1U);
  EXPECT_EQ(processes[0].uses[0].type, Known{ContextType::compute_graphics});
  EXPECT_EQ(processes[0].uses[0].readings[Metric::gpu_memory], Reading{7.0});
}

TEST(Join, ANumberWithoutAProcessIsNoZombieWhereWeSeeAPartOfTheMachine) {
  const std::vector lists{make_list("GPU-0", {make_row(30, 7), make_row(40, 8), make_row(50, 9)})};
  auto ended = make_facts(30);
  ended.process.presence = Presence::gone;
  const std::vector facts{ended, make_facts(40, 2000)};  // 40 began after the list was made.
  for (const auto absent : {Presence::gone, Presence::outside}) {
    const auto processes = join(lists, facts, find_nobody, absent);
    ASSERT_EQ(processes.size(), 4U);
    for (const auto& process : processes) {
      const bool is_here = process.uses.empty();
      EXPECT_EQ(process.presence, is_here ? Presence::present : absent) << process.pid;
    }
  }
}

TEST(Join, NeverMatchesForeignNumbersToLocalProcesses) {
  const std::vector lists{
      make_list("GPU-0", {make_row(30, 7, driver::PidSpace::host), make_row(30, 1)})};
  const auto processes = join(lists, {make_facts(30)}, find_nobody);
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_EQ(processes[0].presence, Presence::present);
  EXPECT_EQ(processes[0].uses[0].readings[Metric::gpu_memory], Reading{1.0});
  EXPECT_EQ(processes[1].presence, Presence::outside);
  EXPECT_EQ(processes[1].name, Known<std::string>{Missing::withheld});
}

TEST(Join, ANumberTakenByALaterProcessIsGone) {
  const std::vector lists{make_list("GPU-0", {make_row(30, 7)})};
  const auto processes = join(lists, {make_facts(30, 1005)}, find_nobody);
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_TRUE(processes[0].uses.empty());
  EXPECT_EQ(processes[1].presence, Presence::gone);
  EXPECT_EQ(processes[1].uses.size(), 1U);
}

TEST(Join, ARowOfAMomentAgoWhoseProcessIsNoMoreHasEnded) {
  auto row = make_row(30, 7);
  row.age = 3;
  const std::vector lists{make_list("GPU-0", {row})};
  EXPECT_TRUE(join(lists, {}, find_nobody).empty());
  const auto others = join(lists, {make_facts(30, 1005)}, find_nobody);
  ASSERT_EQ(others.size(), 1U);
  EXPECT_TRUE(others[0].uses.empty());
  const auto processes = join(lists, {make_facts(30)}, find_nobody);
  ASSERT_EQ(processes.size(), 1U);
  EXPECT_EQ(processes[0].uses.size(), 1U);
}

TEST(Join, KeepsRowsTheHostKnowsNothingOf) {
  const std::vector lists{make_list("GPU-0", {make_row(30, 7)})};
  const auto processes = join(lists, {}, find_nobody);
  ASSERT_EQ(processes.size(), 1U);
  EXPECT_EQ(processes[0].presence, Presence::gone);
}

TEST(Join, GivesRowsListedAtTheGpuToTheInstance) {
  auto row = make_row(30, 7);
  row.use.gpu_instance_id = 3U;
  row.use.compute_instance_id = 0U;
  auto instance = make_list("MIG-a", {row});
  instance.device.parent = "GPU-0";
  instance.device.gpu_instance_id = 3U;
  instance.device.compute_instance_id = 0U;
  const std::vector lists{make_list("GPU-0", {row}), instance};
  const auto processes = join(lists, {make_facts(30)}, find_nobody);
  ASSERT_EQ(processes[0].uses.size(), 1U);
  EXPECT_EQ(processes[0].uses[0].device, "MIG-a");
}

TEST(Join, AsksForOwnersWithAllFacts) {
  const std::vector lists{make_list("GPU-0", {make_row(30, 7)})};
  const auto processes =
      join(lists, {make_facts(1), make_facts(30)},
           [](const host::ProcessFacts& process, std::span<const host::ProcessFacts> all) {
             return std::vector<Owner>{
                 {OwnerKind::user,
                  std::to_string(process.process.pid + 0) + "/" + std::to_string(all.size()),
                  "test", Certainty::certain}};
           });
  EXPECT_EQ(processes[1].owners[0].name, "30/2");
}

TEST(Derive, ACounterThatFellHasANewBaseline) {
  EXPECT_EQ(find_growth(5.0, 8.0), 3.0);
  EXPECT_EQ(find_growth(8.0, 5.0), std::nullopt);
  EXPECT_EQ(find_growth(Missing::timed_out, 5.0), std::nullopt);
}

TEST(Derive, NamesWhatChanged) {
  Snapshot before;
  before.devices.emplace_back();
  before.devices[0].uuid = std::string("GPU-0");
  before.devices[0].readings[Metric::ecc_volatile_uncorrected] = 1.0;
  before.drivers.push_back({"nvml", {}, {}, {}, {}, std::nullopt});
  auto after = before;
  after.time = 9;
  EXPECT_TRUE(derive_events(before, after).empty());
  after.devices[0].state = DeviceState::lost;
  after.devices[0].readings[Metric::ecc_volatile_uncorrected] = 3.0;
  after.drivers[0].error = Error{Fault::driver_down, "not loaded"};
  const auto events = derive_events(before, after);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].text, "driver nvml went down: not loaded");
  EXPECT_EQ(events[1].text, "device 0 is lost, was ok");
  EXPECT_EQ(events[2].text, "device 0 counted 2 more uncorrected memory errors");
  EXPECT_EQ(events[1].time, 9);
}

}  // namespace
}  // namespace gander::sample
