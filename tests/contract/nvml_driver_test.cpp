// SPDX-License-Identifier: Apache-2.0
// The NVML driver through the real loader against the simulated library: values, driver branches,
// states of devices and driver, PID namespaces.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "tests/contract/nvml_machine.hpp"

namespace gander::contract {
namespace {

const Device& device_at(const Tick& tick, DeviceIndex index) {
  const auto found = std::ranges::find(tick.devices, index, &Device::index);
  EXPECT_NE(found, tick.devices.end());
  return *found;
}

TEST(NvmlContract, EveryNumberIsTheMachines) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_tick(*driver);
  ASSERT_EQ(tick.devices.size(), 5U);
  for (std::uint32_t gpu = 0; gpu < 2; ++gpu) {
    const Device& device = device_at(tick, {gpu, std::nullopt});
    expect_no_false_number(device, machine.state());
    for (const auto& [metric, value] : truth_of(machine.state(), gpu)) {
      EXPECT_TRUE(device.readings[metric].is_known()) << row_of(metric).name;
    }
    ASSERT_EQ(device.fans.size(), 2U);
    EXPECT_EQ(device.fans[1].readings[Metric::fan_unit_speed], Reading{37 * 0.01});
    EXPECT_EQ(device.clock_limits, Known{ClockLimits{4}});
  }
  EXPECT_EQ(driver->status().version, Known<std::string>{"580.95.05"});
  EXPECT_EQ(driver->status().cuda_version, Known<std::string>{"13.0"});
  EXPECT_GT(driver->cost().calls, 100U);
  // Links are counted until the library calls a number wrong, once for each GPU.
  EXPECT_EQ(driver->cost().errors, 3U);
}

TEST(NvmlContract, ListsMigInstancesInSparseSlots) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_tick(*driver);
  const Device& parent = device_at(tick, {2, std::nullopt});
  EXPECT_EQ(parent.readings[Metric::gpu_utilization], Reading{Missing::not_supported});
  const Device& instance = device_at(tick, {2, 3});
  EXPECT_EQ(instance.parent, parent.uuid.value());
  EXPECT_EQ(instance.uuid, Known<std::string>{"MIG-b"});
  EXPECT_EQ(instance.gpu_instance_id, Known<std::uint32_t>{10U});
  EXPECT_EQ(instance.readings[Metric::memory_total], Reading{10.0 * sim::gib});
  ASSERT_EQ(tick.processes.back().rows.size(), 1U);
  const driver::ListedProcess& row = tick.processes.back().rows[0];
  EXPECT_EQ(row.pid, 4244);
  EXPECT_EQ(row.use.gpu_instance_id, Known<std::uint32_t>{10U});
}

TEST(NvmlContract, WorksOnEveryBranch) {
  const std::vector<std::tuple<unsigned, unsigned, const char*>> branches{{470, 42, "470.42.01"},
                                                                          {535, 54, "535.54.03"},
                                                                          {550, 54, "550.54.15"},
                                                                          {580, 95, "580.95.05"}};
  for (const auto& [major, minor, version] : branches) {
    SCOPED_TRACE(version);
    NvmlMachine machine;
    machine.use_branch(major, minor, version);
    machine.change([](sim::State& state) { state.driver.count_query_returns_zero = 1; });
    const auto driver = machine.make_driver();
    ASSERT_TRUE(driver->open());
    const Tick tick = take_tick(*driver);
    ASSERT_EQ(tick.devices.size(), 5U);
    expect_no_false_number(tick.devices[0], machine.state());
    for (const Metric metric : {Metric::temperature, Metric::memory_used, Metric::fan_speed}) {
      EXPECT_TRUE(tick.devices[0].readings[metric].is_known()) << row_of(metric).name;
    }
    EXPECT_TRUE(tick.devices[0].clock_limits.is_known());
    ASSERT_EQ(tick.processes[0].rows.size(), 2U);
    const UseReadings& use = tick.processes[0].rows[1].use.readings;
    EXPECT_EQ(use[Metric::gpu_memory], Reading{20.0 * sim::gib});
    EXPECT_EQ(use[Metric::gpu_sm_utilization], Reading{0.4});
    EXPECT_EQ(tick.processes[0].rows[1].use.type, Known{ContextType::compute_graphics});
  }
}

TEST(NvmlContract, ALostGpuStaysAndComesBack) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_tick(*driver);
  machine.change([](sim::State& state) { state.gpus[0].lost = 1; });
  Tick tick = take_tick(*driver);
  ASSERT_EQ(tick.devices.size(), 5U);
  EXPECT_EQ(tick.devices[0].state, DeviceState::lost);
  EXPECT_TRUE(tick.devices[0].uuid.is_known());
  EXPECT_EQ(tick.devices[0].readings[Metric::power_draw], Reading{Missing::device_lost});
  EXPECT_EQ(tick.processes[0].complete, Known<bool>{Missing::device_lost});
  EXPECT_EQ(tick.devices[1].readings[Metric::gpu_utilization], Reading{0.12});
  EXPECT_FALSE(driver->events().empty());
  machine.change([](sim::State& state) { state.gpus[0].lost = 0; });
  tick = take_tick(*driver);
  EXPECT_EQ(tick.devices[0].state, DeviceState::ok);
  EXPECT_TRUE(tick.devices[0].readings[Metric::power_draw].is_known());
}

TEST(NvmlContract, AnUnloadedDriverSaysSoAndComesBack) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const auto list = list_attached(*driver);
  ASSERT_TRUE(list);
  machine.change([](sim::State& state) { state.driver.unloaded = 1; });
  Device device;
  driver->read(list->front().handle, MetricSet::all(), device);
  EXPECT_EQ(device.readings[Metric::power_draw], Reading{Missing::driver_down});
  ASSERT_TRUE(driver->status().error);
  EXPECT_EQ(driver->status().error->fault, Fault::driver_down);
  EXPECT_FALSE(driver->reacquire());
  machine.change([](sim::State& state) {
    state.driver.unloaded = 0;
    ++state.driver.generation;
  });
  ASSERT_TRUE(driver->reacquire());
  EXPECT_EQ(take_tick(*driver).devices.size(), 5U);
  EXPECT_FALSE(driver->status().error);
}

TEST(NvmlContract, KeepsGpusWeMayNotOpen) {
  NvmlMachine machine;
  machine.change([](sim::State& state) { state.gpus[0].attach_code = 17; });
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_tick(*driver);
  ASSERT_EQ(tick.devices.size(), 5U);
  EXPECT_EQ(tick.devices[0].state, DeviceState::inaccessible);
  EXPECT_EQ(tick.devices[0].readings[Metric::power_draw], Reading{Missing::no_permission});
  EXPECT_EQ(tick.devices[1].state, DeviceState::ok);
}

TEST(NvmlContract, AHangingCallCostsOnlyItsDevice) {
  NvmlMachine machine;
  // A copy of its own: the driver never unloads a library in which a call hangs.
  machine.use_branch(580, 65, "580.65.06");
  auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const auto list = list_attached(*driver);
  ASSERT_TRUE(list);
  machine.inject("nvmlDeviceGetPowerUsage", -1, 0);
  machine.change([](sim::State& state) { state.faults[0].hang = 1; });
  const auto before = machine.count_calls("nvmlDeviceGetPowerUsage");
  std::thread stuck{[&driver, handle = list->at(0).handle] {
    Device device;
    driver->read(handle, MetricSet::all(), device);
  }};
  while (machine.count_calls("nvmlDeviceGetPowerUsage") == before) std::this_thread::yield();
  Device other;
  driver->read(list->at(1).handle, MetricSet::all(), other);
  EXPECT_EQ(other.readings[Metric::gpu_utilization], Reading{0.12});
  driver->release();
  EXPECT_TRUE(driver->status().error);
  machine.heal();
  stuck.join();
}

/// What a driver says from inside a PID namespace of which the machine's first process is part.
struct Generation {
  std::uint32_t major, minor;
  const char* version;
  driver::PidSpace space;
  bool lists_all, has_memory, has_use;
};

/// The first process is `local` in our namespace, the others are not in it.
void enclose(sim::State& state, std::uint32_t local) {
  struct stat facts{};
  ASSERT_EQ(::stat("/proc/self/ns/pid", &facts), 0);
  state.driver.pid_mode = sim::pids_auto;
  state.pid_space = facts.st_ino + 1;
  for (sim::Process& process : state.processes) {
    process.spaces = {};
    process.spaces[0] = {state.pid_space, process.pid, 0};
  }
  state.processes[0].spaces[1] = {facts.st_ino, local, 0};
}

TEST(NvmlContract, EachGenerationIsBelievedInANamespaceAsFarAsItIsTrue) {
  using driver::PidSpace;
  constexpr std::uint32_t local = 17;
  const Generation generations[] = {
      {535, 104, "535.104.05", PidSpace::host, true, true, true},
      {535, 113, "535.113.01", PidSpace::ours, false, false, false},
      {550, 54, "550.54.15", PidSpace::ours, false, false, false},
      {560, 35, "560.35.03", PidSpace::ours, false, false, false},
      {565, 57, "565.57.01", PidSpace::ours, false, true, false},
      {570, 86, "570.86.15", PidSpace::ours, false, true, true},
      {580, 95, "580.95.05", PidSpace::ours, false, true, true},
  };
  for (const Generation& one : generations) {
    SCOPED_TRACE(one.version);
    NvmlMachine machine;
    machine.use_branch(one.major, one.minor, one.version);
    machine.enter_namespace("pid:[4026532001]");
    machine.change([](sim::State& state) { enclose(state, local); });
    const auto driver = machine.make_driver();
    ASSERT_TRUE(driver->open());
    const Tick tick = take_tick(*driver);
    const auto& rows = tick.processes[0].rows;
    EXPECT_EQ(tick.processes[0].complete, Known<bool>{one.lists_all});
    const Pid pid = one.space == PidSpace::host ? machine.state().processes[0].pid : local;
    const auto row = std::ranges::find(rows, pid, &driver::ListedProcess::pid);
    ASSERT_NE(row, rows.end());
    for (const auto& any : rows) EXPECT_EQ(any.pid_space, one.space);
    const auto& use = row->use.readings;
    if (one.has_memory) {
      ASSERT_TRUE(use[Metric::gpu_memory].is_known());
      EXPECT_GT(use[Metric::gpu_memory].value(), 0);
    } else {
      EXPECT_EQ(use[Metric::gpu_memory], Reading{Missing::withheld});
    }
    EXPECT_EQ(use[Metric::gpu_sm_utilization].is_known(), one.has_use);
    if (!one.has_use) {
      EXPECT_EQ(use[Metric::gpu_sm_utilization], Reading{Missing::withheld});
    }
  }
}

TEST(NvmlContract, InsideOfWindowsAnEmptyListIsNotNobody) {
  NvmlMachine machine;
  machine.change([](sim::State& state) { state.driver.quirks = sim::quirk_wsl; });
  const auto look = [&machine] {
    const auto driver = machine.make_driver();
    EXPECT_TRUE(driver->open());
    return take_tick(*driver);
  };
  EXPECT_EQ(look().processes[0].complete, Known<bool>{true}) << "the list alone does not tell";
  std::filesystem::create_directories(machine.root() + "/dev");
  std::ofstream{machine.root() + "/dev/dxg"} << "";
  const Tick empty = look();
  EXPECT_TRUE(empty.processes[0].rows.empty());
  EXPECT_EQ(empty.processes[0].complete, Known<bool>{false});
  // Another driver may say so itself.
  machine.inject("nvmlDeviceGetComputeRunningProcesses_v3", 3, -1);
  const Tick refused = look();
  EXPECT_NE(refused.processes[0].complete, Known<bool>{true});
}

TEST(NvmlContract, WhatIsNotSupportedIsAskedOnce) {
  NvmlMachine machine;
  machine.inject("nvmlDeviceGetPowerUsage", 3, 0);
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_tick(*driver);
  machine.heal();
  EXPECT_EQ(take_tick(*driver).devices[0].readings[Metric::power_draw],
            Reading{Missing::not_supported});
}

TEST(NvmlContract, NoLibraryIsSaidInOneLine) {
  const auto driver = driver::nvml::make_nvml_driver({"/", "/nowhere/libnvidia-ml.so.1", {}});
  const auto opened = driver->open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().fault, Fault::no_library);
  EXPECT_FALSE(driver->devices());
}

}  // namespace
}  // namespace gander::contract
