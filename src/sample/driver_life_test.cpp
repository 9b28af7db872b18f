// SPDX-License-Identifier: Apache-2.0
// Letting go of a scripted driver, coming back to it, and starting it anew for a lost GPU.
#include <gtest/gtest.h>

#include <thread>

#include "sample/fake_driver.hpp"
#include "sample/sampler.hpp"

namespace gander::sample {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class DriverLife : public testing::Test {
 protected:
  DriverLife() {
    SamplerOptions options;
    options.root = os::Root{"/nowhere"};
    options.clock = &clock;
    options.drivers.push_back(std::make_unique<FakeDriver>(machine));
    sampler = make_sampler(std::move(options));
  }
  ~DriverLife() override { machine->let_go(); }

  SnapshotPointer look_after(seconds time) {
    clock.advance(time);
    return sampler->tick();
  }

  os::ManualClock clock;
  std::shared_ptr<FakeMachine> machine = std::make_shared<FakeMachine>(2);
  std::unique_ptr<Sampler> sampler;
};

TEST_F(DriverLife, ReleasedItIsAskedNothing) {
  sampler->tick();
  sampler->release();
  EXPECT_FALSE(sampler->is_released());
  const auto snapshot = look_after(seconds(1));
  EXPECT_TRUE(sampler->is_released());
  EXPECT_EQ(machine->count("release"), 1);
  EXPECT_EQ(snapshot->devices[1].uuid, Known<std::string>{"GPU-1"});
  EXPECT_EQ(snapshot->devices[1].state_detail, "released");
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{Missing::driver_down});
  EXPECT_EQ(snapshot->sources[0].completeness, Completeness::none);
  const int reads = machine->count("read 0");
  look_after(seconds(60));
  EXPECT_EQ(machine->count("read 0"), reads);
  EXPECT_EQ(machine->count("release"), 1);
  EXPECT_EQ(machine->count("reacquire"), 0);
}

TEST_F(DriverLife, ReacquiredItIsAskedAtOnce) {
  sampler->tick();
  sampler->release();
  look_after(seconds(1));
  sampler->reacquire();
  EXPECT_FALSE(sampler->is_released());
  const auto snapshot = look_after(seconds(1));
  EXPECT_EQ(machine->count("reacquire"), 1);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::power_draw], Reading{100.0});
}

TEST_F(DriverLife, TheThreadLetsGoAlthoughNobodyLooks) {
  sampler->start();
  sampler->release();
  while (!sampler->is_released()) std::this_thread::yield();
  EXPECT_EQ(machine->count("open"), 0);
}

TEST_F(DriverLife, ALostGpuIsSoughtByStartingTheDriverAnewButSeldom) {
  sampler->tick();
  machine->devices[1].device.state = DeviceState::lost;
  look_after(seconds(1));
  for (int i = 0; i < 58; ++i) look_after(seconds(1));
  EXPECT_EQ(machine->count("reacquire"), 0);
  for (int i = 0; i < 4; ++i) look_after(seconds(1));
  EXPECT_EQ(machine->count("reacquire"), 1);
  for (int i = 0; i < 290; ++i) look_after(seconds(1));
  EXPECT_EQ(machine->count("reacquire"), 1);
  machine->devices[1].device.state = DeviceState::ok;
  for (int i = 0; i < 30; ++i) look_after(seconds(1));
  const int times = machine->count("reacquire");
  for (int i = 0; i < 600; ++i) look_after(seconds(1));
  EXPECT_EQ(machine->count("reacquire"), times);
}

TEST_F(DriverLife, AGpuThatTheDriverDoubtsIsAttachedAnewAndNoOther) {
  sampler->tick();
  {
    const std::lock_guard lock(machine->mutex);
    machine->unopened = {1};
    machine->is_list_stale = true;
  }
  look_after(seconds(1));
  machine->is_list_stale = false;
  look_after(seconds(1));
  EXPECT_EQ(machine->count("attach 0"), 0);
  EXPECT_EQ(machine->count("attach 1"), 1);
}

}  // namespace
}  // namespace gander::sample
