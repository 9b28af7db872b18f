// SPDX-License-Identifier: Apache-2.0
// Whole ticks over a scripted driver, a made-up /proc and a clock turned by hand.
#include "sample/sampler.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "sample/fake_driver.hpp"

namespace gander::sample {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A root folder without processes, removed at the end.
class TemporaryRoot {
 public:
  TemporaryRoot() {
    std::string pattern = std::filesystem::temp_directory_path() / "gander-sample-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directory(folder_ / "proc");
  }
  ~TemporaryRoot() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  TemporaryRoot(const TemporaryRoot&) = delete;
  TemporaryRoot& operator=(const TemporaryRoot&) = delete;
  [[nodiscard]] os::Root root() const { return os::Root(folder_.string()); }

 private:
  std::filesystem::path folder_;
};

class SamplerTest : public testing::Test {
 protected:
  std::unique_ptr<Sampler> make(milliseconds fast = milliseconds(10000)) {
    return make_with({fast, fast, fast, fast, milliseconds(10000)});
  }
  std::unique_ptr<Sampler> make_with(const Deadlines& deadlines) {
    SamplerOptions options;
    options.root = root.root();
    options.clock = &clock;
    options.version = "1.2.3";
    options.drivers.push_back(std::make_unique<FakeDriver>(machine));
    options.deadlines = deadlines;
    return make_sampler(std::move(options));
  }
  ~SamplerTest() override { machine->let_go(); }

  TemporaryRoot root;
  os::ManualClock clock;
  std::shared_ptr<FakeMachine> machine = std::make_shared<FakeMachine>(3);
};

driver::ListedProcess make_row(Pid pid) {
  driver::ListedProcess row;
  row.pid = pid;
  row.use.readings[Metric::gpu_memory] = 5.0;
  return row;
}

TEST_F(SamplerTest, OneSampleHasEverything) {
  machine->devices[1].processes.push_back(make_row(77));
  machine->events.push_back({5, {}, "GPU-1", "something happened"});
  const auto snapshot = make()->sample_once({});
  EXPECT_EQ(snapshot->version, "1.2.3");
  EXPECT_EQ(snapshot->sequence, 1U);
  EXPECT_EQ(snapshot->time, 1'700'000'000.0);
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[1].driver, "fake");
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
  ASSERT_EQ(snapshot->processes.size(), 1U);
  EXPECT_EQ(snapshot->processes[0].uses[0].device, "GPU-1");
  EXPECT_EQ(snapshot->processes[0].presence, Presence::gone);
  ASSERT_EQ(snapshot->sources.size(), 3U);
  EXPECT_EQ(snapshot->sources[0].completeness, Completeness::complete);
  ASSERT_EQ(snapshot->events.size(), 1U);
  EXPECT_EQ(snapshot->events[0].source, "fake");
}

TEST_F(SamplerTest, ReadsOnlyWhatIsWanted) {
  Demand demand;
  demand.metrics = MetricSet{}.insert(Metric::temperature);
  demand.processes = false;
  const auto snapshot = make()->sample_once(demand);
  EXPECT_EQ(machine->asked["read 0"], demand.metrics);
  EXPECT_EQ(snapshot->devices[0].readings[Metric::power_draw], Reading{Missing::not_sampled});
  EXPECT_EQ(snapshot->devices[0].readings[Metric::temperature], Reading{100.0});
  EXPECT_EQ(machine->count("list 0"), 0);
}

TEST_F(SamplerTest, TiersAreReadAsOftenAsTheyAreWorth) {
  const auto sampler = make();
  sampler->tick();
  EXPECT_TRUE(machine->asked["read 0"].contains(Metric::max_sm_clock));
  clock.advance(seconds(1));
  machine->power = 200;
  auto snapshot = sampler->tick();
  EXPECT_TRUE(machine->asked["read 0"].contains(Metric::power_draw));
  EXPECT_FALSE(machine->asked["read 0"].contains(Metric::energy));
  EXPECT_EQ(snapshot->devices[0].readings[Metric::power_draw], Reading{200.0});
  EXPECT_EQ(snapshot->devices[0].readings[Metric::energy], Reading{100.0});
  clock.advance(seconds(4));
  sampler->tick();
  EXPECT_TRUE(machine->asked["read 0"].contains(Metric::energy));
  EXPECT_FALSE(machine->asked["read 0"].contains(Metric::power_limit));
  clock.advance(seconds(25));
  sampler->tick();
  EXPECT_TRUE(machine->asked["read 0"].contains(Metric::power_limit));
  EXPECT_FALSE(machine->asked["read 0"].contains(Metric::max_sm_clock));
  EXPECT_EQ(machine->count("describe 0"), 1);
  clock.advance(seconds(30));
  sampler->tick();
  EXPECT_EQ(machine->count("describe 0"), 2);
}

TEST_F(SamplerTest, ProcessListsAreReadSlowerThanTicks) {
  machine->devices[0].processes.push_back(make_row(77));
  const auto sampler = make();
  sampler->tick();
  clock.advance(seconds(1));
  EXPECT_EQ(sampler->tick()->processes.size(), 1U);
  EXPECT_EQ(machine->count("list 0"), 1);
  clock.advance(seconds(60));
  sampler->tick();
  EXPECT_EQ(machine->count("list 0"), 2);
}

TEST_F(SamplerTest, DemandIsTheUnionOfTheViews) {
  const auto sampler = make();
  Demand power{MetricSet{}.insert(Metric::power_draw), false, seconds(5)};
  Demand heat{MetricSet{}.insert(Metric::gpu_utilization), false, seconds(1)};
  sampler->set_demand("one", power);
  sampler->set_demand("two", heat);
  sampler->tick();
  EXPECT_EQ(machine->asked["read 0"], power.metrics | heat.metrics);
  sampler->drop_demand("one");
  clock.advance(seconds(1));
  const auto snapshot = sampler->tick();
  EXPECT_EQ(machine->asked["read 0"], heat.metrics);
  EXPECT_EQ(snapshot->devices[0].readings[Metric::power_draw], Reading{Missing::not_sampled});
  EXPECT_EQ(machine->count("list 0"), 0);
}

TEST_F(SamplerTest, AHangingDeviceCostsOnlyItselfAndComesBack) {
  const auto sampler = make(milliseconds(50));
  sampler->tick();
  machine->hold("read 1");
  clock.advance(seconds(1));
  auto snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::timed_out);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::memory_total], Reading{Missing::timed_out});
  EXPECT_EQ(snapshot->devices[1].uuid, Known<std::string>{"GPU-1"});
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[2].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(snapshot->sources[0].completeness, Completeness::partial);
  EXPECT_TRUE(sampler->has_stuck_worker());
  clock.advance(seconds(1));
  EXPECT_EQ(sampler->tick()->devices[1].state, DeviceState::timed_out);
  EXPECT_EQ(machine->count("read 1"), 2);
  machine->let_go();
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  clock.advance(seconds(1));
  snapshot = sampler->tick();
  clock.advance(seconds(1));
  snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(snapshot->devices[1].readings[Metric::max_sm_clock], Reading{100.0});
}

TEST_F(SamplerTest, AHangingAttachHidesNobodyAndIsTakenWhenItComes) {
  machine->unopened = {0, 1, 2};
  machine->hold("attach 1");
  const auto sampler = make(milliseconds(50));
  auto snapshot = sampler->tick();
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::timed_out);
  EXPECT_EQ(snapshot->devices[1].name, Known<std::string>{"Fake GPU"});
  EXPECT_EQ(snapshot->devices[1].serial, Known<std::string>{Missing::timed_out});
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{Missing::timed_out});
  for (const std::size_t healthy : {0U, 2U}) {
    EXPECT_EQ(snapshot->devices[healthy].state, DeviceState::ok);
    EXPECT_EQ(snapshot->devices[healthy].readings[Metric::power_draw], Reading{100.0});
  }
  EXPECT_FALSE(snapshot->drivers[0].error.has_value());
  machine->let_go();
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  clock.advance(seconds(1));
  snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(machine->count("attach 1"), 1);
}

TEST_F(SamplerTest, AHangingDescriptionHidesNobody) {
  machine->hold("describe 0");
  const auto sampler =
      make_with({seconds(10), seconds(10), seconds(10), seconds(10), milliseconds(50)});
  const auto snapshot = sampler->tick();
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::timed_out);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(machine->count("read 0"), 0);
}

TEST_F(SamplerTest, InstancesAppearOnceTheirGpuIsOpened) {
  machine->devices[1].device.index = {0, 4};
  machine->devices[2].device.index = {1, std::nullopt};
  machine->unopened = {0, 2};
  machine->unseen = {1};
  const auto snapshot = make()->sample_once({});
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[1].index, (DeviceIndex{0, 4}));
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(machine->count("devices"), 2);
  EXPECT_EQ(machine->count("attach 1"), 0);
}

TEST_F(SamplerTest, AHangingDeviceDoesNotKeepTheListFromBeingRead) {
  const auto sampler = make(milliseconds(50));
  sampler->tick();
  machine->hold("read 1");
  clock.advance(seconds(1));
  sampler->tick();
  machine->add(3);
  clock.advance(seconds(30));
  const auto snapshot = sampler->tick();
  ASSERT_EQ(snapshot->devices.size(), 4U);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::timed_out);
  EXPECT_EQ(snapshot->devices[3].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(machine->count("attach 1"), 0);
  EXPECT_EQ(machine->count("attach 2"), 1);
}

TEST_F(SamplerTest, AHangingCallCostsOnlyWhatIsNotReadYet) {
  machine->hold("read 1 power_draw");
  const auto sampler = make_with({milliseconds(50), seconds(10), seconds(10), seconds(10)});
  auto snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::timed_out);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::gpu_utilization], Reading{100.0});
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{Missing::timed_out});
  EXPECT_EQ(snapshot->devices[1].readings[Metric::temperature], Reading{Missing::timed_out});
  EXPECT_EQ(snapshot->devices[2].readings[Metric::temperature], Reading{100.0});
  clock.advance(seconds(1));
  snapshot = sampler->tick();
  // What was read a second ago is no present value.
  EXPECT_EQ(snapshot->devices[1].readings[Metric::gpu_utilization], Reading{Missing::timed_out});
}

TEST_F(SamplerTest, AHangingReadingLeavesTheProcessList) {
  machine->devices[1].processes.push_back(make_row(71));
  machine->hold("read 1 power_draw");
  const auto sampler = make_with({milliseconds(50), seconds(10), seconds(10), seconds(10)});
  auto snapshot = sampler->tick();
  ASSERT_EQ(snapshot->processes.size(), 1U);
  EXPECT_EQ(snapshot->devices[1].processes_complete, Known<bool>{true});
  {
    const std::lock_guard lock(machine->mutex);
    machine->devices[1].processes.push_back(make_row(72));
  }
  clock.advance(seconds(2));
  EXPECT_EQ(sampler->tick()->processes.size(), 2U);
}

TEST_F(SamplerTest, ErrorsOfTheDriverMakeItsHealthPartial) {
  machine->devices[1].device.errors = {{"name", "UNKNOWN (999)"}};
  const auto snapshot = make()->tick();
  EXPECT_EQ(snapshot->sources[0].completeness, Completeness::partial);
  EXPECT_NE(snapshot->sources[0].detail.find("errors for 1 of 3"), std::string::npos);
  EXPECT_EQ(snapshot->devices[1].errors.size(), 1U);
}

TEST_F(SamplerTest, ASlowDeviceIsNotCalledDead) {
  machine->hold("read 1 temperature");
  const auto sampler =
      make_with({seconds(10), seconds(10), seconds(10), seconds(10), milliseconds(50)});
  const auto snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
  EXPECT_EQ(snapshot->devices[1].readings[Metric::temperature], Reading{Missing::timed_out});
  EXPECT_NE(snapshot->sources[0].detail.find("1 of 3 devices answer slowly"), std::string::npos);
}

TEST_F(SamplerTest, ModesAreBroughtUpToDateNowAndThen) {
  const auto sampler = make();
  sampler->tick();
  machine->devices[1].device.persistence_mode = Switch::on;
  clock.advance(seconds(10));
  EXPECT_FALSE(sampler->tick()->devices[1].persistence_mode.is_known());
  clock.advance(seconds(50));
  const auto snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].persistence_mode, Known{Switch::on});
  EXPECT_EQ(snapshot->devices[1].readings[Metric::max_sm_clock], Reading{100.0});
}

TEST_F(SamplerTest, AHangingProcessListLeavesTheOthers) {
  machine->devices[0].processes.push_back(make_row(70));
  machine->devices[1].processes.push_back(make_row(71));
  machine->hold("list 0");
  const auto snapshot = make(milliseconds(50))->sample_once({});
  ASSERT_EQ(snapshot->processes.size(), 1U);
  EXPECT_EQ(snapshot->processes[0].pid, 71);
  EXPECT_EQ(snapshot->sources[0].completeness, Completeness::partial);
}

TEST_F(SamplerTest, ADriverThatHangsAtOpenSaysSoAndIsTakenWhenItComes) {
  machine->hold("open");
  const auto sampler = make(milliseconds(50));
  auto snapshot = sampler->tick();
  ASSERT_TRUE(snapshot->drivers[0].error.has_value());
  EXPECT_EQ(snapshot->drivers[0].error->fault, Fault::timed_out);
  EXPECT_EQ(snapshot->sources[0].completeness, Completeness::none);
  EXPECT_TRUE(snapshot->devices.empty());
  snapshot = sampler->tick();
  EXPECT_TRUE(snapshot->drivers[0].error.has_value());
  machine->let_go();
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  snapshot = sampler->tick();
  EXPECT_FALSE(snapshot->drivers[0].error.has_value());
  EXPECT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(machine->count("open"), 1);
}

TEST_F(SamplerTest, ASamplerMayEndWithAStuckWorker) {
  auto sampler = make(milliseconds(20));
  sampler->tick();
  machine->hold("read 0");
  sampler->tick();
  EXPECT_TRUE(sampler->has_stuck_worker());
  sampler.reset();
}

TEST_F(SamplerTest, AMissingLibraryIsTriedAgainEverMoreRarely) {
  machine->down = Error{Fault::no_library, "no library"};
  const auto sampler = make();
  EXPECT_EQ(sampler->tick()->drivers[0].error, machine->down);
  EXPECT_EQ(machine->count("open"), 1);
  clock.advance(seconds(1));
  sampler->tick();
  EXPECT_EQ(machine->count("open"), 2);
  clock.advance(seconds(1));
  sampler->tick();
  EXPECT_EQ(machine->count("open"), 2);
  clock.advance(seconds(1));
  sampler->tick();
  EXPECT_EQ(machine->count("open"), 3);
}

TEST_F(SamplerTest, ADriverThatGoesDownKeepsItsDevicesAndComesBack) {
  const auto sampler = make();
  sampler->tick();
  machine->down = Error{Fault::driver_down, "unloaded"};
  clock.advance(seconds(1));
  auto snapshot = sampler->tick();
  EXPECT_EQ(snapshot->drivers[0].error->fault, Fault::driver_down);
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[2].uuid, Known<std::string>{"GPU-2"});
  EXPECT_EQ(snapshot->devices[2].state, DeviceState::unknown);
  EXPECT_EQ(snapshot->devices[2].readings[Metric::power_draw], Reading{Missing::driver_down});
  machine->down.reset();
  machine->generation = 2;
  clock.advance(seconds(1));
  snapshot = sampler->tick();
  EXPECT_FALSE(snapshot->drivers[0].error.has_value());
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[2].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[2].readings[Metric::max_sm_clock], Reading{100.0});
  EXPECT_EQ(machine->count("reacquire"), 1);
  EXPECT_EQ(machine->count("describe 2"), 2);
  EXPECT_FALSE(snapshot->events.empty());
}

TEST_F(SamplerTest, ALostDeviceStaysAndIsLookedForAgain) {
  const auto sampler = make();
  sampler->tick();
  machine->devices[1].device.state = DeviceState::lost;
  clock.advance(seconds(1));
  auto snapshot = sampler->tick();
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::lost);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::energy], Reading{Missing::device_lost});
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_EQ(machine->count("devices"), 1);
  machine->devices[1].device.state = DeviceState::ok;
  machine->generation = 2;
  clock.advance(seconds(9));
  snapshot = sampler->tick();
  EXPECT_EQ(machine->count("devices"), 2);
  EXPECT_EQ(machine->count("describe 1"), 2);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::energy], Reading{100.0});
}

TEST_F(SamplerTest, AGpuThatIsListedNoMoreStaysAsLost) {
  const auto sampler = make();
  sampler->tick();
  machine->devices.erase(machine->devices.begin() + 1);
  machine->devices[1].device.index.gpu = 1;
  machine->generation = 2;
  clock.advance(seconds(30));
  auto snapshot = sampler->tick();
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[2].uuid, Known<std::string>{"GPU-1"});
  EXPECT_EQ(snapshot->devices[2].state, DeviceState::lost);
  EXPECT_EQ(snapshot->devices[2].readings[Metric::power_draw], Reading{Missing::device_lost});
  machine->add(2);
  machine->devices[2].device.uuid = std::string("GPU-1");
  machine->generation = 3;
  clock.advance(seconds(10));
  snapshot = sampler->tick();
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[2].state, DeviceState::ok);
}

TEST_F(SamplerTest, EventsAreBounded) {
  const auto sampler = make();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 100; ++i) machine->events.push_back({1.0 * i, "fake", {}, "event"});
    sampler->tick();
  }
  EXPECT_EQ(sampler->tick()->events.size(), event_limit);
}

TEST_F(SamplerTest, WithoutDriversThereIsStillAHost) {
  SamplerOptions options;
  options.root = root.root();
  options.clock = &clock;
  const auto snapshot = make_sampler(std::move(options))->sample_once({});
  EXPECT_TRUE(snapshot->devices.empty());
  EXPECT_EQ(snapshot->sources.size(), 2U);
}

TEST_F(SamplerTest, TheThreadPublishesForEverybodyWhoWaits) {
  const auto sampler = make();
  sampler->start();
  EXPECT_EQ(sampler->latest(), nullptr);
  EXPECT_EQ(sampler->wait_newer(0, milliseconds(5)), nullptr);
  sampler->set_demand("view", {MetricSet::all(), true, milliseconds(50)});
  const auto first = sampler->wait_newer(0, seconds(30));
  ASSERT_NE(first, nullptr);
  const auto second = sampler->wait_newer(first->sequence, seconds(30));
  ASSERT_NE(second, nullptr);
  EXPECT_GT(second->sequence, first->sequence);
  sampler->set_demand("view", {MetricSet::all(), true, std::chrono::hours(1)});
  const auto last = sampler->wait_newer(second->sequence, milliseconds(200));
  const auto known = last != nullptr ? last->sequence : second->sequence;
  sampler->refresh();
  EXPECT_NE(sampler->wait_newer(known, seconds(30)), nullptr);
}

TEST_F(SamplerTest, LeavingDoesNotWaitForADriver) {
  machine->hold("open");
  auto sampler = make(std::chrono::hours(1));
  sampler->start();
  sampler->set_demand("view", {});
  while (machine->count("open") == 0) std::this_thread::yield();
  sampler.reset();
}

TEST_F(SamplerTest, QuestionsAreAnsweredOnceFromAnotherThread) {
  const auto sampler = make();
  std::promise<Answer> promise;
  auto answer = promise.get_future();
  sampler->ask({QuestionKind::environment, 4242, {}},
               [&](Answer given) { promise.set_value(std::move(given)); });
  EXPECT_FALSE(answer.get().has_value());
}

TEST_F(SamplerTest, RingsTheBellOfAViewAfterEachSnapshotUntilItIsTakenAway) {
  const auto sampler = make();
  int first = 0;
  int second = 0;
  sampler->set_bell("first", [&] { ++first; });
  sampler->set_bell("second", [&] { second += sampler->latest() != nullptr ? 1 : 0; });
  sampler->tick();
  sampler->set_bell("first", nullptr);
  sampler->set_bell("unknown", nullptr);
  sampler->tick();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
}

}  // namespace
}  // namespace gander::sample
