// SPDX-License-Identifier: Apache-2.0
// Devices that come, go and change while we look: unplugged GPUs, GPUs that are partitioned anew,
// permissions that are granted, resets.
#include "tests/contract/nvml_watch.hpp"

namespace gander::contract {
namespace {

using NvmlLife = NvmlWatch;

TEST_F(NvmlLife, AnUnpluggedGpuStaysAsLostAndTheOthersMoveUp) {
  look();
  machine.change([](sim::State& state) { state.gpus[0].faults.absent = 1; });
  auto snapshot = look_for(1);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::lost);
  snapshot = look_for(10);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  EXPECT_EQ(device_named(*snapshot, uuid_of(0)).state, DeviceState::lost);
  EXPECT_EQ(device_named(*snapshot, uuid_of(0)).readings[Metric::power_draw],
            Reading{Missing::device_lost});
  const Device second = device_named(*snapshot, uuid_of(1));
  EXPECT_EQ(second.index, (DeviceIndex{0, std::nullopt}));
  EXPECT_EQ(second.state, DeviceState::ok);
  EXPECT_EQ(second.readings[Metric::gpu_utilization], Reading{0.12});
  EXPECT_EQ(device_named(*snapshot, "MIG-b").index, (DeviceIndex{1, 3}));
}

/// Three GPUs without MIG that the kernel lists, and that may sleep.
class NvmlUnplug : public NvmlWatch {
 protected:
  NvmlUnplug() {
    for (std::uint32_t gpu = 0; gpu < 3; ++gpu) set_power(gpu, "active", "on");
    machine.change([](sim::State& state) {
      state.gpus[2].mig_mode = state.gpus[2].mig_pending = 0;
      for (sim::Process& process : state.processes) process.mig_slot = -1;
    });
  }
  void unplug(std::uint32_t gpu) {
    std::filesystem::remove_all(machine.root() + "/proc/driver/nvidia/gpus/" + bus_address(gpu));
    machine.change([gpu](sim::State& state) { state.gpus[gpu].faults.absent = 1; });
  }
  void suspend(std::uint32_t gpu) {
    set_power(gpu, "suspended", "auto");
    machine.change([gpu](sim::State& state) { state.gpus[gpu].faults.suspended = 1; });
  }
  [[nodiscard]] std::uint32_t times_woken(std::uint32_t gpu) const {
    return machine.state().gpus[gpu].faults.woken;
  }
};

TEST_F(NvmlUnplug, GpusThatCannotSayWhoTheyAreAreNamedByTheKernel) {
  machine.change([](sim::State& state) {
    state.gpus[0].reset_required = 1;
    state.gpus[1].lost = 1;
  });
  const auto snapshot = look();
  ASSERT_EQ(snapshot->devices.size(), 3U);
  for (std::uint32_t gpu = 0; gpu < 2; ++gpu) {
    EXPECT_EQ(snapshot->devices[gpu].uuid, Known<std::string>{uuid_of(gpu)});
    EXPECT_EQ(snapshot->devices[gpu].name, Known<std::string>{"NVIDIA of the kernel"});
  }
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::reset_required);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::lost);
}

TEST_F(NvmlUnplug, AGpuThatFallsAsleepAfterwardsIsNotWoken) {
  look();
  unplug(0);
  look_for(9);
  suspend(2);
  for (int tick = 0; tick < 45; ++tick) {
    const auto snapshot = look_for(1);
    EXPECT_EQ(device_named(*snapshot, uuid_of(2)).state, DeviceState::suspended) << tick;
    EXPECT_EQ(times_woken(2), 0U) << tick;
  }
}

TEST_F(NvmlUnplug, AGpuThatFallsAsleepAtTheSameMomentIsListedOnce) {
  look_for(3);
  unplug(0);
  suspend(2);
  for (int tick = 0; tick < 45; ++tick) {
    const auto snapshot = look_for(1);
    ASSERT_EQ(snapshot->devices.size(), 3U) << tick;
    EXPECT_EQ(device_named(*snapshot, uuid_of(0)).state, DeviceState::lost) << tick;
    EXPECT_EQ(device_named(*snapshot, uuid_of(1)).state, DeviceState::ok) << tick;
    EXPECT_EQ(device_named(*snapshot, uuid_of(2)).state, DeviceState::suspended) << tick;
    for (const Event& event : snapshot->events) {
      const bool is_of_unplugged = event.device == uuid_of(0);
      EXPECT_TRUE(is_of_unplugged || event.text.find("lost") == std::string::npos) << event.text;
    }
  }
  EXPECT_EQ(times_woken(2), 0U);
}

TEST_F(NvmlUnplug, TheGpuBeforeASleepingOneIsNotTakenForIt) {
  look_for(3);
  unplug(0);
  suspend(1);
  for (int tick = 0; tick < 45; ++tick) {
    const auto snapshot = look_for(1);
    ASSERT_EQ(snapshot->devices.size(), 3U) << tick;
    EXPECT_EQ(device_named(*snapshot, uuid_of(1)).state, DeviceState::suspended) << tick;
    EXPECT_EQ(device_named(*snapshot, uuid_of(2)).state, DeviceState::ok) << tick;
  }
  EXPECT_EQ(times_woken(1), 0U);
}

TEST_F(NvmlLife, AGpuPluggedInAgainIsTheSameAsBefore) {
  look();
  machine.change([](sim::State& state) { state.gpus[0].faults.absent = 1; });
  look_for(15);
  machine.change([](sim::State& state) {
    state.gpus[0].faults.absent = 0;
    ++state.gpus[0].faults.plug_generation;
  });
  const auto snapshot = look_for(10);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  for (std::uint32_t gpu = 0; gpu < 3; ++gpu) {
    const Device device = device_named(*snapshot, uuid_of(gpu));
    EXPECT_EQ(device.index, (DeviceIndex{gpu, std::nullopt}));
    EXPECT_EQ(device.state, DeviceState::ok);
    EXPECT_TRUE(device.readings[Metric::power_draw].is_known());
  }
}

TEST_F(NvmlLife, AGpuReplacedBetweenTwoLooksIsNotTakenForItsPredecessor) {
  look();
  machine.change([](sim::State& state) {
    ++state.gpus[0].faults.plug_generation;
    sim::set_text(state.gpus[0].uuid, "GPU-new");
  });
  const auto snapshot = look_for(2);
  EXPECT_EQ(device_named(*snapshot, "GPU-new").state, DeviceState::ok);
  EXPECT_EQ(device_named(*snapshot, uuid_of(0)).state, DeviceState::lost);
  EXPECT_EQ(device_named(*snapshot, uuid_of(1)).state, DeviceState::ok);
}

/// GPU 2 gets an instance in place of another, which had the same ids.
void partition_anew(sim::State& state, std::uint32_t stale_code) {
  state.driver.stale_handle_code = stale_code;
  sim::Gpu& gpu = state.gpus[2];
  gpu.mig[1] = gpu.mig[0];
  gpu.mig[0].present = 0;
  sim::set_text(gpu.mig[1].uuid, "MIG-c");
  ++gpu.mig_generation;
  state.processes[3] = sim::make_process(4245, 2, 3.0 * sim::gib);
  state.processes[3].mig_slot = 1;
  state.process_count = 4;
}

class NvmlPartition : public NvmlWatch, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(NvmlPartition, IsFollowedOnThatGpuOnly) {
  look();
  ASSERT_NE(find_device(*look_for(1), "MIG-a"), nullptr);
  const auto looks = count_calls(0, "nvmlDeviceGetHandleByIndex_v2");
  machine.change([](sim::State& state) { partition_anew(state, GetParam()); });
  auto snapshot = look_for(1);
  for (int tick = 0; tick < 3; ++tick, snapshot = look_for(1)) {
    for (const Process& process : snapshot->processes) {
      for (const Use& use : process.uses) EXPECT_NE(use.device, "MIG-a");
    }
  }
  EXPECT_EQ(find_device(*snapshot, "MIG-a"), nullptr);
  EXPECT_EQ(device_named(*snapshot, "MIG-c").index, (DeviceIndex{2, 1}));
  EXPECT_EQ(device_named(*snapshot, "MIG-c").gpu_instance_id, Known<std::uint32_t>{7U});
  EXPECT_EQ(device_named(*snapshot, "MIG-c").state, DeviceState::ok);
  EXPECT_EQ(device_named(*snapshot, "MIG-b").state, DeviceState::ok);
  EXPECT_EQ(device_named(*snapshot, uuid_of(2)).state, DeviceState::ok);
  const auto process = std::ranges::find(snapshot->processes, Pid{4245}, &Process::pid);
  ASSERT_NE(process, snapshot->processes.end());
  EXPECT_EQ(process->uses.at(0).device, "MIG-c");
  EXPECT_EQ(count_calls(0, "nvmlDeviceGetHandleByIndex_v2"), looks);
  for (const Event& event : snapshot->events) {
    EXPECT_EQ(event.text.find("fell off"), std::string::npos) << event.text;
  }
}

INSTANTIATE_TEST_SUITE_P(StaleHandles, NvmlPartition, testing::Values(2U, 6U, 15U));

TEST_F(NvmlLife, MigIsSwitchedOffAndOn) {
  look();
  machine.change([](sim::State& state) {
    state.gpus[2].mig_mode = state.gpus[2].mig_pending = 0;
    ++state.gpus[2].mig_generation;
  });
  auto snapshot = look_for(3);
  ASSERT_EQ(snapshot->devices.size(), 3U);
  EXPECT_EQ(snapshot->devices[2].mig_mode, Known{Switch::off});
  EXPECT_TRUE(snapshot->devices[2].readings[Metric::gpu_utilization].is_known());
  machine.change([](sim::State& state) {
    state.gpus[2].mig_mode = state.gpus[2].mig_pending = 1;
    ++state.gpus[2].mig_generation;
  });
  snapshot = look_for(31);
  ASSERT_EQ(snapshot->devices.size(), 5U);
  EXPECT_EQ(snapshot->devices[2].mig_mode, Known{Switch::on});
  EXPECT_EQ(snapshot->devices[2].readings[Metric::gpu_utilization],
            Reading{Missing::not_supported});
}

TEST_F(NvmlLife, PermissionsAreTriedAgainOnceAMinute) {
  constexpr auto symbol = "nvmlDeviceGetUtilizationRates";
  machine.change([](sim::State& state) { state.gpu_count = 1; });
  machine.inject(symbol, 4, 0);
  const auto snapshot = look();
  EXPECT_EQ(snapshot->devices[0].readings[Metric::gpu_utilization],
            Reading{Missing::no_permission});
  machine.heal();
  const auto calls = machine.count_calls(symbol);
  EXPECT_EQ(look_for(59)->devices[0].readings[Metric::gpu_utilization],
            Reading{Missing::no_permission});
  EXPECT_EQ(machine.count_calls(symbol), calls);
  EXPECT_EQ(look_for(2)->devices[0].readings[Metric::gpu_utilization], Reading{0.87});
}

TEST_F(NvmlLife, AGpuWeMayNotOpenIsTriedAgain) {
  machine.change([](sim::State& state) { state.gpus[0].attach_code = 4; });
  EXPECT_EQ(look()->devices[0].state, DeviceState::inaccessible);
  machine.change([](sim::State& state) { state.gpus[0].attach_code = 0; });
  const auto snapshot = look_for(60);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_EQ(snapshot->devices[0].readings[Metric::gpu_utilization], Reading{0.87});
}

TEST_F(NvmlLife, AGpuThatMustBeResetSaysHowAndComesBack) {
  look();
  machine.change([](sim::State& state) { state.gpus[0].reset_required = 1; });
  auto snapshot = look_for(1);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::reset_required);
  EXPECT_NE(snapshot->devices[0].state_detail.find("nvidia-smi --gpu-reset"), std::string::npos);
  EXPECT_EQ(snapshot->devices[1].state, DeviceState::ok);
  machine.change([](sim::State& state) { state.gpus[0].reset_required = 0; });
  snapshot = look_for(11);
  EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok);
  EXPECT_TRUE(snapshot->devices[0].readings[Metric::power_draw].is_known());
}

TEST_F(NvmlLife, ADeprecatedCallIsLeftForItsSuccessor) {
  machine.inject("nvmlDeviceGetMemoryInfo_v2", 26, 0);
  const auto snapshot = look();
  EXPECT_EQ(snapshot->devices[0].readings[Metric::memory_total], Reading{80.0 * sim::gib});
  const auto calls = count_calls(0, "nvmlDeviceGetMemoryInfo_v2");
  look_for(5);
  EXPECT_EQ(count_calls(0, "nvmlDeviceGetMemoryInfo_v2"), calls);
}

}  // namespace
}  // namespace gander::contract
