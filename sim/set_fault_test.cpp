// SPDX-License-Identifier: Apache-2.0
// Faults that are switched while a machine runs, by the words of "gander sim set".
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "sim/nvml/state_file.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

using testing::HasSubstr;

/// A machine of two GPUs in a folder of its own, addressed by GANDER_SIM.
class SetFault : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + fmt::format("gander-set-fault-{}", getpid());
    std::filesystem::create_directory(folder_);
    auto file = StateFile::create(folder_);
    ASSERT_TRUE(file) << file.error().message;
    file->change(fill);
    setenv("GANDER_SIM", folder_.c_str(), 1);
    file_.emplace(std::move(*StateFile::open(folder_)));
  }
  void TearDown() override {
    unsetenv("GANDER_SIM");
    std::filesystem::remove_all(folder_);
  }
  static void fill(State& state) {
    set_text(state.machine, "by-hand");
    state.gpu_count = 2;
    for (std::size_t i = 0; i < 2; ++i) {
      Gpu& gpu = state.gpus[i];
      set_text(gpu.name, "NVIDIA A100");
      gpu.memory_total = 40'000'000'000;
      gpu.multiprocessors = 108;
      gpu.curves[metric_sm_clock] = constant(1400);
    }
    state.driver.branch_major = 550;
    set_text(state.driver.version, "550.90.07");
    set_text(state.driver.nvml_version, "12.550.90.07");
  }
  void set(const std::string& assignment) {
    const auto done = set_value(assignment);
    EXPECT_TRUE(done) << assignment << ": " << done.error().message;
  }
  std::string refusal(const std::string& assignment) {
    const auto done = set_value(assignment);
    return done ? "none" : done.error().message;
  }
  State& state() { return file_->state(); }
  Gpu& gpu() { return state().gpus[0]; }

  std::string folder_;
  std::optional<StateFile> file_;
};

TEST_F(SetFault, LaysMigDevicesOutAnewWithOldNumbersAndNewNames) {
  set("gpu0.mig=[\"3g.20gb\", \"1g.5gb\"]");
  EXPECT_EQ(gpu().mig_mode, 1U);
  EXPECT_EQ(gpu().mig_generation, 1U);
  EXPECT_EQ(gpu().mig[1].gpu_instance_id, 7U);
  EXPECT_EQ(gpu().mig[0].multiprocessors, 45U);
  EXPECT_STREQ(gpu().mig[1].name.data(), "NVIDIA A100 MIG 1g.5gb");
  const std::string old_uuid = gpu().mig[1].uuid.data();
  set("gpu0.mig=[\"1g.5gb\", \"1g.5gb\"]");
  EXPECT_EQ(gpu().mig_generation, 2U);
  EXPECT_EQ(gpu().mig[0].gpu_instance_id, 7U);
  EXPECT_NE(gpu().mig[1].uuid.data(), old_uuid);
  set("gpu0.mig=none");
  EXPECT_EQ(gpu().mig[0].present, 0U);
  set("gpu0.mig_enabled=false");
  EXPECT_EQ(gpu().mig_generation, 4U);
  EXPECT_EQ(gpu().mig_pending, 0U);
}

TEST_F(SetFault, RefusesLayoutsThatDoNotFit) {
  EXPECT_THAT(refusal("gpu0.mig=huge"), HasSubstr("write profiles like"));
  EXPECT_THAT(refusal("gpu0.mig=[\"4g.20gb\", \"4g.20gb\"]"), HasSubstr("7 slices"));
  EXPECT_EQ(gpu().mig_generation, 0U);
}

TEST_F(SetFault, ProcessesOfAGoneMigDeviceAreOnNoGpu) {
  set("gpu0.mig=1g.5gb");
  state().processes[0].present = 1;
  state().processes[1].present = 1;
  state().processes[1].mig_slot = -1;
  set("gpu0.mig=2g.10gb");
  EXPECT_EQ(state().processes[0].present, 0U);
  EXPECT_EQ(state().processes[1].present, 1U);
}

TEST_F(SetFault, NobodyStaysOnAGpuThatBecomesInstances) {
  state().gpus[0].mig_mode = 0;
  state().processes[0].present = 1;
  state().processes[0].mig_slot = -1;
  set("gpu0.mig=[\"1g.5gb\", \"1g.5gb\"]");
  EXPECT_EQ(state().processes[0].present, 0U);
}

TEST_F(SetFault, UnplugsAndPlugsInAgain) {
  set("gpu0.absent=true");
  EXPECT_EQ(gpu().faults.absent, 1U);
  EXPECT_EQ(gpu().faults.plug_generation, 0U);
  set("gpu0.absent=false");
  EXPECT_EQ(gpu().faults.plug_generation, 1U);
  set("gpu0.absent=false");
  EXPECT_EQ(gpu().faults.plug_generation, 1U);
}

TEST_F(SetFault, GarbageIsAllOrSomeOrNone) {
  set("gpu0.garbage=true");
  EXPECT_EQ(gpu().faults.garbage, 0x1ffU);
  set("gpu0.garbage=[\"dead\", \"stale\"]");
  EXPECT_EQ(gpu().faults.garbage, garbage_dead | garbage_stale);
  set("gpu0.garbage=none");
  EXPECT_EQ(gpu().faults.garbage, 0U);
  EXPECT_THAT(refusal("gpu0.garbage=nonsense"), HasSubstr("is no garbage"));
}

TEST_F(SetFault, StormsSleepAndFalseTotals) {
  set("gpu0.storm=950");
  set("gpu0.suspended=true");
  set("gpu0.shown_memory=16GiB");
  EXPECT_EQ(gpu().faults.storm, 950U);
  EXPECT_EQ(gpu().faults.suspended, 1U);
  EXPECT_EQ(gpu().faults.shown_memory, 16ULL << 30U);
  set("gpu0.storm=0");
  EXPECT_EQ(gpu().faults.storm, 0U);
  EXPECT_THAT(refusal("gpu0.storm=1001"), HasSubstr("outside"));
}

TEST_F(SetFault, BurstsOfErrorsAddUp) {
  set("gpu0.ecc_burst=100");
  set("gpu0.ecc_burst=20");
  set("gpu0.ecc_burst_uncorrected=3");
  EXPECT_EQ(gpu().ecc_volatile_corrected, 120U);
  EXPECT_EQ(gpu().ecc_aggregate_corrected, 120U);
  EXPECT_EQ(gpu().ecc_volatile_uncorrected, 3U);
  set("gpu0.xid_burst=50");
  EXPECT_EQ(gpu().health.xid_count, 50U);
  EXPECT_EQ(gpu().health.xid, 31U);
  set("gpu0.xid=79");
  EXPECT_EQ(gpu().health.xid_count, 51U);
}

TEST_F(SetFault, AThrottledGpuIsSlowSaysWhyAndCountsTheTime) {
  set("gpu0.throttle=hardware_thermal");
  EXPECT_EQ(gpu().clock_reasons, 0x48U);
  EXPECT_DOUBLE_EQ(gpu().curves[metric_sm_clock].base, 350);
  const std::int64_t now = gpu().counted_at_ns;
  EXPECT_GT(count_at(gpu(), counter_limited_hw_thermal, now + 2'000'000'000), 1.9e9);
  set("gpu0.throttle=hardware_thermal");
  EXPECT_DOUBLE_EQ(gpu().curves[metric_sm_clock].base, 350);
  set("gpu0.throttle=none");
  EXPECT_EQ(gpu().clock_reasons, 0U);
  EXPECT_DOUBLE_EQ(gpu().curves[metric_sm_clock].base, 1400);
}

TEST_F(SetFault, LatencyMayJitter) {
  set("gpu0.latency.nvmlDeviceGetPowerUsage=20ms+5ms");
  EXPECT_EQ(state().faults[0].latency_us, 20'000U);
  EXPECT_EQ(state().faults[0].jitter_us, 5'000U);
  set("gpu0.latency.nvmlDeviceGetPowerUsage=0us+5ms");
  set("gpu0.latency=none");
  EXPECT_EQ(state().faults[0].active, 0U);
  EXPECT_THAT(refusal("gpu0.latency.nvmlDeviceGetPowerUsage=5ms+x"), HasSubstr("jitter"));
}

TEST_F(SetFault, AnUpgradeShowsOnlyAfterTheModuleIsLoadedAnew) {
  set("driver.upgrade=610.10.01");
  EXPECT_EQ(state().driver.upgrade.library, 1U);
  EXPECT_EQ(state().driver.upgrade.kernel, 0U);
  EXPECT_STREQ(state().driver.version.data(), "550.90.07");
  set("driver.reload=true");
  EXPECT_EQ(state().driver.upgrade.kernel, 1U);
  EXPECT_EQ(state().driver.branch_major, 610U);
  EXPECT_STREQ(state().driver.version.data(), "610.10.01");
  EXPECT_STREQ(state().driver.nvml_version.data(), "12.610.10.01");
  EXPECT_EQ(state().driver.generation, 1U);
  set("driver.upgrade=615.20");
  EXPECT_STREQ(state().driver.upgrade.version.data(), "615.20");
  EXPECT_THAT(refusal("driver.upgrade=1"), HasSubstr("write a version"));
}

TEST_F(SetFault, QuirksAndStartsThatFailForAWhile) {
  set("driver.lists_alias=true");
  set("driver.no_mig=true");
  EXPECT_EQ(state().driver.quirks, quirk_lists_alias | quirk_no_mig);
  set("driver.lists_alias=false");
  EXPECT_EQ(state().driver.quirks, quirk_no_mig);
  set("driver.init_tries=3");
  set("driver.init_code=18");
  EXPECT_EQ(state().driver.init_tries, 3);
  set("driver.stale_handle_code=15");
  EXPECT_EQ(state().driver.stale_handle_code, 15U);
}

}  // namespace
}  // namespace gander::sim
