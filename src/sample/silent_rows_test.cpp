// SPDX-License-Identifier: Apache-2.0
// Process rows of a scripted driver while a call for their device does not return.
#include <gtest/gtest.h>

#include <thread>

#include "sample/fake_driver.hpp"
#include "sample/sampler.hpp"

namespace gander::sample {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SilentRows : public testing::Test {
 protected:
  SilentRows() {
    driver::ListedProcess row;
    row.pid = 77;
    row.use.type = ContextType::compute;
    row.use.readings[Metric::gpu_memory] = 5.0;
    machine->devices[1].processes.push_back(row);
    SamplerOptions options;
    options.root = os::Root{"/nowhere"};
    options.clock = &clock;
    options.drivers.push_back(std::make_unique<FakeDriver>(machine));
    const milliseconds patience{50};
    options.deadlines = {patience, patience, patience, patience, seconds(10)};
    sampler = make_sampler(std::move(options));
  }
  ~SilentRows() override { machine->let_go(); }

  SnapshotPointer look_after(seconds time) {
    clock.advance(time);
    return sampler->tick();
  }

  os::ManualClock clock;
  std::shared_ptr<FakeMachine> machine = std::make_shared<FakeMachine>(2);
  std::unique_ptr<Sampler> sampler;
};

void expect_stale(const Snapshot& snapshot) {
  ASSERT_EQ(snapshot.processes.size(), 1U);
  ASSERT_EQ(snapshot.processes[0].uses.size(), 1U);
  const Use& use = snapshot.processes[0].uses[0];
  EXPECT_EQ(snapshot.processes[0].pid, 77);
  EXPECT_EQ(use.device, "GPU-1");
  EXPECT_EQ(use.type, Known<ContextType>{ContextType::compute});
  // What was so a while ago is no present value.
  EXPECT_EQ(use.readings[Metric::gpu_memory], Reading{Missing::timed_out});
  EXPECT_NE(snapshot.sources[0].completeness, Completeness::complete);
}

TEST_F(SilentRows, StayAsTheyWereKnownLastWithoutTheirNumbers) {
  ASSERT_EQ(sampler->tick()->processes.size(), 1U);
  machine->hold("list 1");
  expect_stale(*look_after(seconds(30)));
  expect_stale(*look_after(seconds(30)));
}

TEST_F(SilentRows, StayWhereADescriptionHangs) {
  ASSERT_EQ(sampler->tick()->processes.size(), 1U);
  machine->hold("describe 1");
  look_after(seconds(60));
  expect_stale(*look_after(seconds(30)));
}

TEST_F(SilentRows, GoWithTheNextAnswerThatDoesNotNameThem) {
  sampler->tick();
  machine->hold("list 1");
  expect_stale(*look_after(seconds(30)));
  machine->devices[1].processes.clear();
  machine->let_go();
  for (int i = 0; i < 200 && !look_after(seconds(30))->processes.empty(); ++i) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(look_after(seconds(30))->processes.empty());
}

TEST_F(SilentRows, AreNoneWhereNothingWasEverKnown) {
  machine->hold("list 1");
  EXPECT_TRUE(sampler->tick()->processes.empty());
}

}  // namespace
}  // namespace gander::sample
