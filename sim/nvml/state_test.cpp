// SPDX-License-Identifier: Apache-2.0
// The state file and the arithmetic of curves.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "sim/nvml/state_file.hpp"

namespace gander::sim {
namespace {

constexpr std::int64_t second = 1'000'000'000;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/gander-state-XXXXXX";
    path_ = mkdtemp(name);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Curve, AConstantStaysAndIsNeverNegative) {
  EXPECT_EQ(value_at(constant(42), 17 * second), 42.0);
  EXPECT_EQ(value_at(constant(-3), 0), 0.0);
}

TEST(Curve, StepsReplaceTheBaseFromTheirTimeOn) {
  Curve curve = constant(10);
  curve.step_count = 2;
  curve.steps[0] = {5 * second, 50};
  curve.steps[1] = {9 * second, 90};
  EXPECT_EQ(value_at(curve, 5 * second - 1), 10.0);
  EXPECT_EQ(value_at(curve, 5 * second), 50.0);
  EXPECT_EQ(value_at(curve, 100 * second), 90.0);
}

TEST(Curve, SineAndNoiseStayWithinTheirBounds) {
  Curve curve = constant(50);
  curve.amplitude = 60;
  curve.period_s = 8;
  curve.noise = 5;
  curve.minimum = 0;
  curve.maximum = 100;
  double lowest = 1e9;
  double highest = -1;
  for (int i = 0; i < 1000; ++i) {
    const double value = value_at(curve, i * second / 10);
    EXPECT_EQ(value, value_at(curve, i * second / 10));
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
  EXPECT_EQ(lowest, 0.0);
  EXPECT_EQ(highest, 100.0);
}

TEST(Curve, EnergyIsTheIntegralOfPowerAndGoesOnAfterAnAnchor) {
  Gpu gpu{};
  gpu.curves[metric_power_draw] = constant(300'000);
  gpu.energy_anchor_mj = 1000;
  EXPECT_DOUBLE_EQ(energy_mj(gpu, 10 * second), 3'001'000);
  anchor_counters(gpu, 10 * second);
  gpu.curves[metric_power_draw] = constant(100'000);
  EXPECT_DOUBLE_EQ(energy_mj(gpu, 12 * second), 3'201'000);
}

TEST(Curve, IntegralFollowsStepsAndWholePeriodsOfASineVanish) {
  Curve curve = constant(10);
  curve.step_count = 1;
  curve.steps[0] = {4 * second, 20};
  curve.amplitude = 7;
  curve.period_s = 2;
  EXPECT_NEAR(integral(curve, 0, 10 * second), 4 * 10 + 6 * 20, 1e-9);
  EXPECT_NEAR(integral(curve, 5 * second, 7 * second), 40, 1e-9);
}

TEST(Memory, UsedIsProcessesPlusHeldPlusOthersAndBounded) {
  auto state = std::make_unique<State>();
  state->gpus[1].memory_total = 1000;
  state->gpus[1].memory_reserved = 100;
  state->gpus[1].curves[metric_memory_other] = constant(50);
  state->process_count = 1;
  state->processes[0].present = 1;
  state->processes[0].gpu = 1;
  state->processes[0].mig_slot = -1;
  state->processes[0].memory = constant(200);
  state->held_count = 1;
  state->held[0] = Held{1, 7, 7, 1, -1, 0, 300};
  EXPECT_EQ(memory_used(*state, 1, -1, 0), 550U);
  state->held[0].memory = 5000;
  EXPECT_EQ(memory_used(*state, 1, -1, 0), 900U);
}

TEST(StateFile, WhatOneWritesAnotherReads) {
  const Folder folder;
  auto made = StateFile::create(folder.path());
  ASSERT_TRUE(made);
  made->change([](State& state) { state.gpu_count = 3; });
  auto opened = StateFile::open(folder.path());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->state().gpu_count, 3U);
  EXPECT_EQ(opened->state().sequence % 2, 0U);
}

TEST(StateFile, AnAbsentOrForeignFileIsRefused) {
  const Folder folder;
  const auto absent = StateFile::open(folder.path());
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().fault, Fault::not_found);
  std::ofstream(folder.path() + "/state") << "hello";
  const auto foreign = StateFile::open(folder.path());
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::invalid_data);
}

TEST(StateFile, AHandTurnedClockStandsStill) {
  const Folder folder;
  auto made = StateFile::create(folder.path());
  ASSERT_TRUE(made);
  made->change([](State& state) {
    state.clock.mode = clock_hand;
    state.clock.hand_ns = 7 * second;
    state.clock.epoch_unix_ns = 1000 * second;
  });
  EXPECT_EQ(now_ns(made->state()), 7 * second);
  EXPECT_EQ(unix_us(made->state(), 7 * second), 1'007'000'000U);
}

}  // namespace
}  // namespace gander::sim
