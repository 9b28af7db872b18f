// SPDX-License-Identifier: Apache-2.0
// Nothing is asked for that nobody looks at: calls into a driver that counts them, and what is read
// of processes.
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "host/fake_proc.hpp"
#include "sample/fake_driver.hpp"
#include "sample/sampler.hpp"

namespace gander::sample {
namespace {

using namespace std::chrono_literals;

class DemandTest : public testing::Test {
 protected:
  DemandTest() {
    driver::ListedProcess row;
    row.pid = 50;
    machine_->devices[0].processes.push_back(row);
    proc_.add({.pid = 50, .parent = 0, .uid = 7, .minor_faults = 9});
    proc_.write("/proc/50/io", "read_bytes: 4096\nwrite_bytes: 8192\n");
    std::filesystem::create_symlink("/opt/python3", proc_.folder() / "proc/50/exe");
  }
  ~DemandTest() override { machine_->let_go(); }

  std::unique_ptr<Sampler> make(host::FindUserName find = {}) {
    SamplerOptions options;
    options.root = proc_.root();
    options.clock = &clock_;
    options.drivers.push_back(std::make_unique<FakeDriver>(machine_));
    options.deadlines = {10s, 10s, 10s, 10s, 10s};
    options.find_user_name = std::move(find);
    return make_sampler(std::move(options));
  }
  int calls() {
    const std::lock_guard lock(machine_->mutex);
    int all = 0;
    for (const auto& [call, count] : machine_->calls) all += count;
    return all;
  }
  static Process one(const SnapshotPointer& snapshot) {
    return snapshot->processes.empty() ? Process{} : snapshot->processes.front();
  }

  host::FakeProc proc_;
  os::ManualClock clock_;
  std::shared_ptr<FakeMachine> machine_ = std::make_shared<FakeMachine>(1);
};

TEST_F(DemandTest, AViewOfTheHostAloneAsksNoDriver) {
  const auto sampler = make();
  sampler->set_demand("host", {MetricSet{}.insert(Metric::uptime), false});
  const auto snapshot = sampler->tick();
  sampler->refresh();
  sampler->tick();
  EXPECT_EQ(calls(), 0);
  EXPECT_TRUE(snapshot->devices.empty());
  EXPECT_EQ(snapshot->sources.at(0).completeness, Completeness::none);
  EXPECT_FALSE(snapshot->sources.at(0).detail.empty());
  EXPECT_EQ(snapshot->host.readings[Metric::uptime], Reading{1000.0});
}

TEST_F(DemandTest, AViewThatLeavesTheDevicesEndsTheCalls) {
  const auto sampler = make();
  sampler->tick();
  const int before = calls();
  EXPECT_GT(before, 0);
  sampler->set_demand("host", {MetricSet{}.insert(Metric::uptime), false});
  clock_.advance(60s);
  const auto snapshot = sampler->tick();
  EXPECT_EQ(calls(), before);
  ASSERT_EQ(snapshot->devices.size(), 1U);
  EXPECT_EQ(snapshot->devices[0].readings[Metric::power_draw], Reading{Missing::not_sampled});
}

TEST_F(DemandTest, ASingleLookNamesTheDevicesInAnyCase) {
  Demand nothing;
  nothing.metrics = {};
  nothing.processes = false;
  const auto snapshot = make()->sample_once(nothing);
  ASSERT_EQ(snapshot->devices.size(), 1U);
  EXPECT_EQ(snapshot->devices[0].uuid, Known<std::string>{"GPU-0"});
  EXPECT_EQ(machine_->count("list 0"), 0);
}

TEST_F(DemandTest, WhileNobodyLooksTheThreadAsksNothing) {
  const auto sampler = make();
  sampler->start();
  EXPECT_EQ(sampler->wait_newer(0, 100ms), nullptr);
  EXPECT_EQ(calls(), 0);
  sampler->set_demand("view", {MetricSet::all(), true, 50ms});
  ASSERT_NE(sampler->wait_newer(0, 60s), nullptr);
  sampler->drop_demand("view");
  auto last = sampler->latest();
  while (const auto newer = sampler->wait_newer(last->sequence, 200ms)) last = newer;
  const int before = calls();
  EXPECT_EQ(sampler->wait_newer(last->sequence, 200ms), nullptr);
  EXPECT_EQ(calls(), before);
}

TEST_F(DemandTest, WhatIsReadOnDemandIsReadWhenOneViewWantsIt) {
  const auto sampler = make();
  sampler->set_demand("plain", {});
  auto process = one(sampler->tick());
  EXPECT_FALSE(machine_->asked["read 0"].contains(Metric::pcie_transmit_sample));
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::not_sampled});
  EXPECT_EQ(process.readings[Metric::minor_page_faults], Reading{Missing::not_sampled});
  EXPECT_EQ(process.executable, Known<std::string>{Missing::not_sampled});
  Demand detail;
  detail.metrics = MetricSet{}
                       .insert(Metric::io_read_total)
                       .insert(Metric::minor_page_faults)
                       .insert(Metric::pcie_transmit_sample);
  detail.process_detail = true;
  sampler->set_demand("detail", detail);
  clock_.advance(10ms);
  process = one(sampler->tick());
  EXPECT_TRUE(machine_->asked["read 0"].contains(Metric::pcie_transmit_sample));
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{4096.0});
  EXPECT_EQ(process.readings[Metric::io_written_total], Reading{Missing::not_sampled});
  EXPECT_EQ(process.readings[Metric::minor_page_faults], Reading{9.0});
  EXPECT_EQ(process.executable, Known<std::string>{"/opt/python3"});
  EXPECT_EQ(machine_->count("list 0"), 1);
  sampler->drop_demand("detail");
  clock_.advance(10ms);
  process = one(sampler->tick());
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::not_sampled});
  EXPECT_EQ(process.executable, Known<std::string>{Missing::not_sampled});
}

TEST_F(DemandTest, DescendantsAreThereWhileSomebodyLooks) {
  proc_.add({.pid = 60, .parent = 50});
  const auto sampler = make();
  sampler->set_demand("plain", {});
  EXPECT_EQ(sampler->tick()->processes.size(), 1U);
  Demand tree;
  tree.descendants = true;
  sampler->set_demand("tree", tree);
  clock_.advance(10ms);
  const auto snapshot = sampler->tick();
  ASSERT_EQ(snapshot->processes.size(), 2U);
  EXPECT_EQ(snapshot->processes[1].pid, 60U);
  EXPECT_TRUE(snapshot->processes[1].uses.empty());
}

TEST_F(DemandTest, AncestorsAreReadForWhoWantsThemOrAttribution) {
  proc_.add({.pid = 40, .parent = 0});
  proc_.add({.pid = 50, .parent = 40, .uid = 7});
  const auto has_parent = [](const SnapshotPointer& snapshot) {
    return std::ranges::count(snapshot->processes, Pid{40}, &Process::pid) == 1;
  };
  Demand page;
  page.ancestors = false;
  EXPECT_FALSE(has_parent(make()->sample_once(page)));
  EXPECT_TRUE(has_parent(make()->sample_once({})));
  page.attribution = Attribution::files;
  EXPECT_TRUE(has_parent(make()->sample_once(page)));
  const auto sampler = make();
  page.attribution = Attribution::none;
  sampler->set_demand("page", page);
  sampler->set_demand("tree", {});
  EXPECT_TRUE(has_parent(sampler->tick()));
  sampler->drop_demand("tree");
  clock_.advance(10ms);
  EXPECT_FALSE(has_parent(sampler->tick()));
}

TEST_F(DemandTest, ErrorReportsAreCountedFromTheFirstTickOn) {
  const auto sampler = make();
  machine_->events = {{5, {}, "GPU-0", "error", std::uint32_t{79}}};
  EXPECT_EQ(sampler->tick()->devices[0].xids, (std::vector<XidCount>{{79, 1, 5}}));
  machine_->events = {{6, {}, "GPU-0", "error", std::uint32_t{79}},
                      {7, {}, "GPU-0", "error", std::uint32_t{31}}};
  EXPECT_EQ(sampler->tick()->devices[0].xids, (std::vector<XidCount>{{31, 1, 7}, {79, 2, 6}}));
  EXPECT_EQ(sampler->tick()->devices[0].xids.size(), 2U);
}

/// A user database that answers when it is let.
struct Database {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;

  std::optional<std::string> find(std::uint32_t uid) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return is_open; });
    return uid == 7 ? std::optional<std::string>{"grace"} : std::nullopt;
  }
  void open() {
    {
      const std::lock_guard lock(mutex);
      is_open = true;
    }
    changed.notify_all();
  }
};

TEST_F(DemandTest, AUserNameThatComesLateAppearsAtALaterTick) {
  const auto database = std::make_shared<Database>();
  const auto sampler = make([database](std::uint32_t uid) { return database->find(uid); });
  auto process = one(sampler->tick());
  EXPECT_EQ(process.user, Known<std::string>{Missing::no_data});
  EXPECT_EQ(process.owners.at(0).name, "7");
  EXPECT_TRUE(sampler->has_stuck_worker());
  database->open();
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  clock_.advance(10ms);
  process = one(sampler->tick());
  EXPECT_EQ(process.user, Known<std::string>{"grace"});
  EXPECT_EQ(process.owners.at(0).name, "grace");
  EXPECT_EQ(machine_->count("list 0"), 1);
}

TEST_F(DemandTest, ASingleLookDoesNotWaitForADatabaseThatHangs) {
  const auto database = std::make_shared<Database>();
  const auto sampler = make([database](std::uint32_t uid) { return database->find(uid); });
  EXPECT_EQ(one(sampler->sample_once({})).user, Known<std::string>{Missing::no_data});
  database->open();
}

}  // namespace
}  // namespace gander::sample
