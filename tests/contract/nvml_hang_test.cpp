// SPDX-License-Identifier: Apache-2.0
// One GPU whose calls hang or are slow, through sampler, driver and the simulated library: the
// others are shown in full, and it is listed as what it is. No test waits a real deadline.
#include <algorithm>
#include <thread>

#include "sample/sampler.hpp"
#include "tests/contract/nvml_machine.hpp"

namespace gander::contract {
namespace {

using std::chrono::milliseconds;

/// A sampler on a machine where one call of GPU 0 hangs.
class NvmlHang : public testing::TestWithParam<const char*> {
 protected:
  NvmlHang() {
    // A copy of its own: a library in which a call hangs is never unloaded.
    machine.use_branch(580, 65, "580.65.06");
  }
  ~NvmlHang() override {
    machine.heal();
    while (sampler != nullptr && sampler->has_stuck_worker()) std::this_thread::yield();
  }

  void hang(const std::string& symbol) {
    machine.inject(symbol, -1, 0);
    machine.change([](sim::State& state) { state.faults[0].hang = 1; });
  }

  SnapshotPointer look() {
    if (sampler == nullptr) {
      sample::SamplerOptions options;
      options.clock = &machine.clock;
      options.drivers.push_back(machine.make_driver());
      const milliseconds shorter{200};
      options.deadlines = {shorter, shorter, milliseconds(30000), shorter, shorter};
      sampler = sample::make_sampler(std::move(options));
    }
    return sampler->tick();
  }

  static void expect_others(const Snapshot& snapshot) {
    ASSERT_EQ(snapshot.devices.size(), 5U);
    EXPECT_EQ(snapshot.devices[1].state, DeviceState::ok);
    EXPECT_EQ(snapshot.devices[1].readings[Metric::gpu_utilization], Reading{0.12});
    EXPECT_TRUE(snapshot.devices[1].readings[Metric::power_draw].is_known());
    EXPECT_TRUE(snapshot.devices[1].serial.is_known());
    EXPECT_EQ(snapshot.devices[4].uuid, Known<std::string>{"MIG-b"});
    EXPECT_TRUE(snapshot.devices[4].readings[Metric::memory_total].is_known());
  }

  NvmlMachine machine;
  std::unique_ptr<sample::Sampler> sampler;
};

TEST_P(NvmlHang, HidesNobodyAndIsOverWhenTheCallComesBack) {
  hang(GetParam());
  auto snapshot = look();
  EXPECT_FALSE(snapshot->drivers[0].error.has_value());
  expect_others(*snapshot);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::timed_out);
  EXPECT_EQ(snapshot->devices[0].readings[Metric::gpu_utilization], Reading{Missing::timed_out});
  // The list is read again meanwhile.
  machine.clock.advance(std::chrono::seconds(30));
  expect_others(*look());
  machine.heal();
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  machine.clock.advance(std::chrono::seconds(1));
  snapshot = look();
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_TRUE(snapshot->devices[0].uuid.is_known());
  EXPECT_TRUE(snapshot->devices[0].readings[Metric::gpu_utilization].is_known());
}

INSTANTIATE_TEST_SUITE_P(EveryCallOfAttachAndDescribe, NvmlHang,
                         testing::Values("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetUUID",
                                         "nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetMigMode",
                                         "nvmlDeviceGetName", "nvmlDeviceGetSerial",
                                         "nvmlDeviceGetVbiosVersion", "nvmlDeviceGetMinorNumber",
                                         "nvmlDeviceGetCudaComputeCapability",
                                         "nvmlDeviceGetComputeMode", "nvmlDeviceGetPersistenceMode",
                                         "nvmlDeviceGetDisplayActive"));

TEST_F(NvmlHang, ACallOfTheReadingCostsOnlyWhatComesAfterIt) {
  hang("nvmlDeviceGetPowerUsage");
  const auto snapshot = look();
  expect_others(*snapshot);
  const Device& device = snapshot->devices[0];
  EXPECT_EQ(device.state, DeviceState::timed_out);
  EXPECT_TRUE(device.name.is_known());
  EXPECT_TRUE(device.readings[Metric::gpu_utilization].is_known());
  EXPECT_TRUE(device.readings[Metric::memory_used].is_known());
  EXPECT_EQ(device.readings[Metric::power_draw], Reading{Missing::timed_out});
}

bool is_on(const Snapshot& snapshot, Pid pid, const std::string& device) {
  return std::ranges::any_of(snapshot.processes, [&](const Process& process) {
    return process.pid == pid && std::ranges::count(process.uses, device, &Use::device) > 0;
  });
}

TEST_F(NvmlHang, ACallOfTheReadingDoesNotHideWhoIsOnTheGpu) {
  hang("nvmlDeviceGetPowerUsage");
  auto snapshot = look();
  const auto uuid = snapshot->devices[0].uuid.value();
  EXPECT_EQ(snapshot->devices[0].processes_complete, Known<bool>{true});
  EXPECT_TRUE(is_on(*snapshot, 4242, uuid));
  // Nor who comes while it still hangs.
  machine.change([](sim::State& state) { state.processes[0].pid = 4343; });
  machine.clock.advance(std::chrono::seconds(2));
  snapshot = look();
  EXPECT_TRUE(sampler->has_stuck_worker());
  EXPECT_FALSE(is_on(*snapshot, 4242, uuid));
  EXPECT_TRUE(is_on(*snapshot, 4343, uuid));
}

TEST_F(NvmlHang, AListThatHangsIsUnknownAndCostsNoReading) {
  hang("nvmlDeviceGetComputeRunningProcesses_v3");
  auto snapshot = look();
  EXPECT_EQ(snapshot->devices[0].processes_complete, Known<bool>{Missing::timed_out});
  EXPECT_EQ(snapshot->devices[1].processes_complete, Known<bool>{true});
  machine.clock.advance(std::chrono::seconds(5));
  snapshot = look();
  EXPECT_TRUE(sampler->has_stuck_worker());
  EXPECT_TRUE(snapshot->devices[0].readings[Metric::power_draw].is_known());
  EXPECT_TRUE(snapshot->devices[0].readings[Metric::gpu_utilization].is_known());
}

}  // namespace
}  // namespace gander::contract
