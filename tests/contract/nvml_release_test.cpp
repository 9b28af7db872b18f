// SPDX-License-Identifier: Apache-2.0
// Letting go of the driver and coming back: on request, after an upgrade under us, without its
// library, and so that GPUs can sleep.
#include <filesystem>
#include <iterator>

#include "tests/contract/nvml_watch.hpp"

namespace gander::contract {
namespace {

using std::chrono::milliseconds;

using NvmlRelease = NvmlWatch;

TEST_F(NvmlRelease, LetsGoOfEverythingUntilAskedToComeBack) {
  look();
  sampler->release();
  auto snapshot = look_for(1);
  EXPECT_TRUE(sampler->is_released());
  EXPECT_EQ(machine.count_calls("nvmlShutdown"), 1U);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  for (const Device& device : snapshot->devices) {
    EXPECT_TRUE(device.uuid.is_known());
    EXPECT_EQ(device.state, DeviceState::unknown);
    EXPECT_EQ(device.state_detail, "released");
    EXPECT_EQ(device.readings[Metric::memory_used], Reading{Missing::driver_down});
  }
  EXPECT_TRUE(snapshot->processes.empty());
  EXPECT_EQ(snapshot->drivers[0].error, (Error{Fault::driver_down, "released"}));
  EXPECT_EQ(snapshot->drivers[0].version, Known<std::string>{"580.95.05"});
  const auto calls = machine.state().calls;
  look_for(40);
  EXPECT_EQ(machine.state().calls, calls);
  sampler->reacquire();
  snapshot = look_for(1);
  EXPECT_FALSE(sampler->is_released());
  EXPECT_FALSE(snapshot->drivers[0].error);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_TRUE(snapshot->devices[0].readings[Metric::memory_used].is_known());
  EXPECT_FALSE(snapshot->processes.empty());
}

TEST_F(NvmlRelease, MayComeBeforeAnythingWasAsked) {
  sample::SamplerOptions options;
  options.clock = &machine.clock;
  options.drivers.push_back(machine.make_driver());
  sampler = sample::make_sampler(std::move(options));
  sampler->release();
  look();
  EXPECT_TRUE(sampler->is_released());
  EXPECT_EQ(machine.state().calls, 0U);
}

TEST_F(NvmlRelease, WaitsForACallThatHangs) {
  machine.use_branch(580, 65, "580.65.06");
  deadlines = {milliseconds{100}, milliseconds{100}, milliseconds{30000}, milliseconds{5000},
               milliseconds{100}};
  look();
  machine.inject("nvmlDeviceGetUtilizationRates", -1, 0);
  machine.change([](sim::State& state) { state.faults[0].hang = 1; });
  look_for(1);
  sampler->release();
  auto snapshot = look_for(1);
  EXPECT_FALSE(sampler->is_released());
  EXPECT_EQ(machine.count_calls("nvmlShutdown"), 0U);
  EXPECT_NE(snapshot->devices[0].state_detail.find("has not come back"), std::string::npos);
  machine.heal();
  wait_for_workers();
  // On a busy machine other calls may be late, too.
  for (int tick = 0; tick < 10 && !sampler->is_released(); ++tick) {
    look_for(1);
    wait_for_workers();
  }
  EXPECT_TRUE(sampler->is_released());
  EXPECT_EQ(machine.count_calls("nvmlShutdown"), 1U);
}

TEST_F(NvmlRelease, AnUpgradeUnderUsIsNamedWithBothVersionsAndPassed) {
  machine.use_branch(580, 95, "580.95.05");
  set_kernel_version("580.95.05");
  look();
  // The package manager replaces the library; the kernel module stays, and so do we.
  machine.use_branch(590, 44, "580.95.05");
  machine.change([](sim::State& state) { state.driver.upgrade.library = 1; });
  EXPECT_EQ(look_for(1)->devices[0].state, DeviceState::ok);
  // A library that is loaded now does not fit.
  machine.change([](sim::State& state) {
    ++state.driver.generation;
    sim::set_text(state.driver.nvml_version, "13.590.44.01");
  });
  auto snapshot = look_for(3);
  ASSERT_TRUE(snapshot->drivers[0].error);
  const std::string message = snapshot->drivers[0].error->message;
  EXPECT_NE(message.find("(18)"), std::string::npos) << message;
  EXPECT_NE(message.find("590.44.01"), std::string::npos) << message;
  EXPECT_NE(message.find("580.95.05"), std::string::npos) << message;
  EXPECT_NE(message.find("reload"), std::string::npos) << message;
  EXPECT_EQ(snapshot->devices[0].readings[Metric::memory_used], Reading{Missing::driver_down});
  // The module is loaded anew.
  machine.change([](sim::State& state) {
    state.driver.upgrade.kernel = 1;
    sim::set_text(state.driver.version, "590.44.01");
  });
  snapshot = look_for(16);
  EXPECT_FALSE(snapshot->drivers[0].error);
  EXPECT_EQ(snapshot->drivers[0].version, Known<std::string>{"590.44.01"});
  ASSERT_EQ(snapshot->devices.size(), 5U);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
}

TEST_F(NvmlRelease, AMismatchWhileRunningIsNamedWithBothVersions) {
  set_kernel_version("590.44.01");
  look();
  machine.inject("nvmlDeviceGet*", 18, -1);
  const auto snapshot = look_for(1);
  ASSERT_TRUE(snapshot->drivers[0].error);
  const std::string message = snapshot->drivers[0].error->message;
  EXPECT_NE(message.find("library is of version 580.95.05"), std::string::npos) << message;
  EXPECT_NE(message.find("module of version 590.44.01"), std::string::npos) << message;
}

TEST_F(NvmlRelease, AMismatchOfEqualVersionsClaimsNoDifference) {
  set_kernel_version("580.95.05");
  machine.change([](sim::State& state) {
    sim::set_text(state.driver.version, "580.95.05");
    sim::set_text(state.driver.nvml_version, "13.580.95.05");
  });
  look();
  machine.inject("nvmlDeviceGet*", 18, -1);
  const auto snapshot = look_for(1);
  ASSERT_TRUE(snapshot->drivers[0].error);
  const std::string message = snapshot->drivers[0].error->message;
  EXPECT_NE(message.find("both say they are of version 580.95.05"), std::string::npos) << message;
  EXPECT_EQ(message.find("the loaded kernel module of version"), std::string::npos) << message;
}

TEST_F(NvmlRelease, InitIsTriedAgainAfterOneTwoAndFiveSeconds) {
  machine.change([](sim::State& state) {
    state.driver.init_code = 18;
    state.driver.init_tries = 3;
  });
  EXPECT_TRUE(look()->drivers[0].error);
  for (int second = 1; second < 8; ++second) {
    EXPECT_TRUE(look_for(1)->drivers[0].error) << second;
  }
  const auto snapshot = look_for(1);
  EXPECT_FALSE(snapshot->drivers[0].error);
  EXPECT_EQ(snapshot->devices.size(), 5U);
}

TEST_F(NvmlRelease, ALibraryMayGoAndComeBack) {
  machine.use_branch(580, 95, "580.95.05");
  look();
  const std::string library = machine.library();
  std::filesystem::rename(library, library + ".away");
  machine.change([](sim::State& state) { ++state.driver.generation; });
  auto snapshot = look_for(3);
  ASSERT_TRUE(snapshot->drivers[0].error);
  EXPECT_EQ(snapshot->drivers[0].error->fault, Fault::no_library);
  EXPECT_EQ(snapshot->devices.size(), 5U);
  std::filesystem::rename(library + ".away", library);
  snapshot = look_for(20);
  EXPECT_FALSE(snapshot->drivers[0].error);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
}

/// One GPU that may sleep and does nothing.
class NvmlSleep : public NvmlWatch {
 protected:
  NvmlSleep() {
    machine.change([](sim::State& state) {
      state.gpu_count = 1;
      state.process_count = 0;
      state.gpus[0].curves[sim::metric_gpu_utilization] = sim::constant(0);
    });
    set_power(0, "active", "auto");
  }
};

TEST_F(NvmlSleep, IsNotKeptFromItByUs) {
  look();
  auto snapshot = look_for(9);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  look_for(1);
  EXPECT_EQ(machine.count_calls("nvmlShutdown"), 1U);
  set_power(0, "suspended", "auto");
  const auto calls = machine.state().calls;
  snapshot = look_for(120);
  EXPECT_EQ(machine.state().calls, calls);
  ASSERT_EQ(snapshot->devices.size(), 1U);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::suspended);
  EXPECT_EQ(snapshot->devices[0].name, Known<std::string>{"NVIDIA H100 80GB HBM3"});
  EXPECT_EQ(snapshot->devices[0].readings[Metric::power_draw], Reading{Missing::suspended});
  EXPECT_FALSE(snapshot->drivers[0].error);
  // Somebody else wakes it.
  set_power(0, "active", "auto");
  snapshot = look_for(1);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_TRUE(snapshot->devices[0].readings[Metric::power_draw].is_known());
}

TEST_F(NvmlSleep, IsLookedAtAgainWhereSomebodyElseKeepsItAwake) {
  look();
  auto snapshot = look_for(11);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::suspended);
  snapshot = look_for(20);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  look_for(100);
  EXPECT_EQ(machine.count_calls("nvmlShutdown"), 1U);
}

TEST_F(NvmlSleep, IsNotTriedOnAGpuThatWorksOrNeverSleeps) {
  set_power(0, "active", "on");
  look();
  look_for(30);
  set_power(0, "active", "auto");
  machine.change([](sim::State& state) {
    state.gpus[0].curves[sim::metric_gpu_utilization] = sim::constant(3);
  });
  look_for(30);
  EXPECT_EQ(machine.count_calls("nvmlShutdown"), 0U);
}

TEST_F(NvmlWatch, ASleepingGpuAmongOthersIsNeverTouched) {
  for (const std::uint32_t gpu : {0U, 1U, 2U}) set_power(gpu, "active", "auto");
  set_power(1, "suspended", "auto");
  machine.change([](sim::State& state) { state.gpus[1].faults.suspended = 1; });
  auto snapshot = look();
  snapshot = look_for(35);
  EXPECT_EQ(count_calls(1), 0U);
  EXPECT_EQ(machine.state().gpus[1].faults.woken, 0U);
  const Device& asleep = snapshot->devices[1];
  EXPECT_EQ(asleep.state, DeviceState::suspended);
  EXPECT_EQ(asleep.name, Known<std::string>{"NVIDIA of the kernel"});
  EXPECT_EQ(asleep.uuid, Known<std::string>{uuid_of(1)});
  EXPECT_EQ(asleep.readings[Metric::power_draw], Reading{Missing::suspended});
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  set_power(1, "active", "auto");
  machine.change([](sim::State& state) { state.gpus[1].faults.suspended = 0; });
  snapshot = look_for(1);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[1].readings[Metric::gpu_utilization], Reading{0.12});
}

TEST_F(NvmlRelease, DriversOpenedAgainAndAgainLeaveNoFileBehind) {
  const auto count_files = [] {
    const auto files = std::filesystem::directory_iterator{"/proc/self/fd"};
    return std::distance(begin(files), end(files));
  };
  const auto open_and_end = [this] { ASSERT_TRUE(machine.make_driver()->open()); };
  open_and_end();
  const auto before = count_files();
  for (int i = 0; i < 20; ++i) open_and_end();
  EXPECT_EQ(count_files(), before);
}

}  // namespace
}  // namespace gander::contract
