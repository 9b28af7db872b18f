// SPDX-License-Identifier: Apache-2.0
// Profiles, links, ways between GPUs, the nature of a GPU, events and what is told of processes,
// through the real loader against the simulated library.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/contract/nvml_machine.hpp"

namespace gander::contract {
namespace {

using namespace std::chrono_literals;

const Device& device_at(const Tick& tick, DeviceIndex index) {
  const auto found = std::ranges::find(tick.devices, index, &Device::index);
  EXPECT_NE(found, tick.devices.end());
  return *found;
}

/// Two looks, a second apart.
Tick take_second_tick(NvmlMachine& machine, driver::Driver& driver) {
  take_tick(driver);
  machine.tick();
  return take_tick(driver);
}

TEST(NvmlProfile, NeedsTwoSamplesAndSpeaksForInstances) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick first = take_tick(*driver);
  EXPECT_EQ(device_at(first, {0, {}}).readings[Metric::sm_active], Reading{Missing::no_data});
  machine.tick();
  const Tick tick = take_tick(*driver);
  const Device& gpu = device_at(tick, {0, {}});
  EXPECT_NEAR(gpu.readings[Metric::sm_active].value_or(-1), 0.7, 1e-6);
  EXPECT_NEAR(device_at(tick, {1, {}}).readings[Metric::graphics_active].value_or(-1), 0.12, 1e-6);
  const Device& instance = device_at(tick, {2, 3});
  EXPECT_NEAR(instance.readings[Metric::graphics_active].value_or(-1), 0.5, 1e-6);
  EXPECT_EQ(instance.readings[Metric::gpu_utilization], Reading{Missing::not_supported});
  EXPECT_TRUE(instance.readings[Metric::tensor_active].is_known());
}

TEST(NvmlProfile, OneSampleAndOneQuestionForEachLook) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_second_tick(machine, *driver);
  const auto list = driver->devices();
  ASSERT_TRUE(list);
  Device device = driver->describe(list->front().handle, driver::Facts::all);
  const MetricSet wanted = MetricSet{}.insert(Metric::sm_active).insert(Metric::dram_active);
  const auto samples = machine.count_calls("nvmlGpmSampleGet");
  const auto questions = machine.count_calls("nvmlGpmMetricsGet");
  machine.tick();
  driver->read(list->front().handle, wanted, device);
  // Too soon: the answer of just now is told again.
  driver->read(list->front().handle, wanted, device);
  EXPECT_NEAR(device.readings[Metric::sm_active].value_or(-1), 0.7, 1e-6);
  EXPECT_EQ(machine.count_calls("nvmlGpmSampleGet"), samples + 1);
  EXPECT_EQ(machine.count_calls("nvmlGpmMetricsGet"), questions + 1);
}

TEST(NvmlProfile, CountersThatSomebodyElseHasComeBack) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  machine.inject("nvmlGpmSampleGet", 19, -1);
  Tick tick = take_second_tick(machine, *driver);
  EXPECT_EQ(device_at(tick, {0, {}}).readings[Metric::sm_active], Reading{Missing::no_data});
  EXPECT_EQ(machine.count_calls("nvmlGpmSampleGet"), 3U);
  machine.heal();
  machine.clock.advance(61s);
  tick = take_second_tick(machine, *driver);
  EXPECT_TRUE(device_at(tick, {0, {}}).readings[Metric::sm_active].is_known());
}

/// The first link of the first GPU is down; errors are those of the second.
void cut_a_link(NvmlMachine& machine) {
  machine.change([](sim::State& state) {
    state.gpus[0].link_count = state.gpus[1].link_count = 18;
    state.gpus[0].link_active_mask = 0x3fffe;
    state.gpus[1].link_active_mask = 0x3ffff;
    state.gpus[0].wiring.link_replays = 5;
  });
}

TEST(NvmlLinks, AreListedWithTheirEndsAndCounters) {
  NvmlMachine machine;
  cut_a_link(machine);
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_second_tick(machine, *driver);
  const Device& gpu = device_at(tick, {0, {}});
  ASSERT_EQ(gpu.links.size(), 18U);
  EXPECT_EQ(gpu.links[0].state, Known{Switch::off});
  const Link& link = gpu.links[1];
  EXPECT_EQ(link.number, 1U);
  EXPECT_EQ(link.state, Known{Switch::on});
  EXPECT_EQ(link.remote_type, Known{LinkEnd::network_switch});
  EXPECT_TRUE(link.remote_pci_bus_id.is_known());
  EXPECT_EQ(link.version, Known<std::uint32_t>{4U});
  EXPECT_GT(link.readings[Metric::link_receive_total].value_or(0),
            link.readings[Metric::link_transmit_total].value_or(1e18));
  EXPECT_EQ(link.readings[Metric::link_replay_errors], Reading{5.0});
  EXPECT_GT(link.readings[Metric::link_speed].value_or(0), 1e9);
  EXPECT_TRUE(device_at(tick, {2, 3}).links.empty());
}

TEST(NvmlLinks, TheTrafficOfAllCostsNoCallForEach) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_second_tick(machine, *driver);
  const auto list = driver->devices();
  ASSERT_TRUE(list);
  Device device = driver->describe(list->front().handle, driver::Facts::all);
  MetricSet wanted;
  wanted.insert(Metric::link_transmit_total).insert(Metric::link_receive_total);
  const auto batches = machine.count_calls("nvmlDeviceGetFieldValues");
  driver->read(list->front().handle, wanted, device);
  // One for the links, one for what else there is to ask; not one for each link.
  EXPECT_LE(machine.count_calls("nvmlDeviceGetFieldValues"), batches + 2);
}

TEST(NvmlTopology, NamesPeersPathsAndNearProcessors) {
  NvmlMachine machine;
  cut_a_link(machine);
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_second_tick(machine, *driver);
  const Device& gpu = device_at(tick, {0, {}});
  ASSERT_EQ(gpu.peers.size(), 2U);
  EXPECT_EQ(Known<std::string>{gpu.peers[0].device}, device_at(tick, {1, {}}).uuid);
  EXPECT_EQ(gpu.peers[0].path, Known{PeerPath::host_bridge});
  EXPECT_EQ(gpu.peers[1].path, Known{PeerPath::system});
  EXPECT_EQ(gpu.peers[0].links, Known<std::uint32_t>{17U});
  EXPECT_EQ(gpu.cpu_affinity, Known<std::string>{"64-71"});
  EXPECT_EQ(gpu.numa_node, Known<std::uint32_t>{0U});
  EXPECT_EQ(device_at(tick, {2, {}}).numa_node, Known<std::uint32_t>{1U});
  const auto calls = machine.count_calls("nvmlDeviceGetTopologyCommonAncestor");
  take_second_tick(machine, *driver);
  EXPECT_EQ(machine.count_calls("nvmlDeviceGetTopologyCommonAncestor"), calls);
}

TEST(NvmlTopology, KnowsTheFabricInEveryForm) {
  for (const auto& [major, version] :
       {std::pair{580U, "580.95.05"}, {550U, "550.54.15"}, {530U, "530.30.02"}}) {
    SCOPED_TRACE(version);
    NvmlMachine machine;
    machine.use_branch(major, 54, version);
    const auto driver = machine.make_driver();
    ASSERT_TRUE(driver->open());
    const Tick tick = take_tick(*driver);
    const Fabric& fabric = device_at(tick, {0, {}}).fabric;
    EXPECT_EQ(fabric.state, Known{FabricState::completed});
    EXPECT_EQ(fabric.clique, Known<std::uint32_t>{9U});
    EXPECT_EQ(fabric.cluster, Known<std::string>{"01020300-0000-0000-0000-000000000000"});
    if (major >= 550) {
      EXPECT_EQ(fabric.health, Known{FabricHealth::healthy});
    }
  }
}

TEST(NvmlTraits, TellArchitectureAndUnifiedMemory) {
  NvmlMachine machine;
  machine.change([](sim::State& state) {
    state.gpus[1].unsupported |= std::uint64_t{1} << sim::feature_memory;
  });
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_tick(*driver);
  EXPECT_EQ(device_at(tick, {0, {}}).architecture, Known<std::string>{"hopper"});
  EXPECT_EQ(device_at(tick, {0, {}}).unified_memory, Known<bool>{false});
  const Device& shared = device_at(tick, {1, {}});
  EXPECT_EQ(shared.unified_memory, Known<bool>{true});
  EXPECT_EQ(shared.readings[Metric::memory_total], Reading{Missing::not_supported});
  EXPECT_EQ(shared.virtualization, Known{Virtualization::none});
}

/// Asks for events, in real time, until one of them has this code.
std::vector<Event> wait_for_xid(NvmlMachine& machine, driver::Driver& driver, std::uint32_t code) {
  std::vector<Event> all;
  const auto is_it = [code](const Event& event) { return event.xid == Known{code}; };
  for (int i = 0; i < 500 && std::ranges::none_of(all, is_it); ++i) {
    std::ranges::move(driver.events(), std::back_inserter(all));
    machine.clock.advance(20ms);
    std::this_thread::sleep_for(10ms);
  }
  return all;
}

TEST(NvmlEvents, TellXidsOnceFromLibraryAndKernel) {
  NvmlMachine machine;
  const std::string folder = machine.root() + "/dev";
  std::filesystem::create_directories(folder);
  std::ofstream{folder + "/kmsg"} << "4,1,1,-;NVRM: Xid (PCI:0000:1b:00): 13, old\n";
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_tick(*driver);
  driver->events();
  machine.clock.advance(3s);
  driver->events();
  // The watch has begun once it waits.
  for (int i = 0; i < 500 && machine.count_calls("nvmlEventSetWait_v2") == 0; ++i) {
    std::this_thread::sleep_for(10ms);
  }
  machine.change([](sim::State& state) {
    state.gpus[0].health.xid = 79;
    ++state.gpus[0].health.xid_count;
  });
  auto events = wait_for_xid(machine, *driver, 79);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].text, "GPU 0: Xid 79: the GPU has fallen off the bus");
  EXPECT_EQ(Known<std::string>{events[0].device},
            Known<std::string>{"GPU-00000000-0000-0000-0000-000000000000"});
  std::ofstream{folder + "/kmsg", std::ios::app}
      << "4,2,2,-;NVRM: Xid (PCI:0000:1b:00): 79, pid=7, \x1b[31mname\n"
      << "4,3,3,-;NVRM: Xid (PCI:0000:1c:00): 31, pid=8\n";
  events = wait_for_xid(machine, *driver, 31);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].text, "GPU 1: Xid 31: a program touched memory that is not mapped");
}

TEST(NvmlEvents, ASingleLookNeedsNoWatch) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_tick(*driver);
  driver->events();
  driver->events();
  driver->release();
  EXPECT_EQ(machine.count_calls("nvmlEventSetCreate"), 0U);
}

TEST(NvmlProcessFacts, TellServicesAndAllEngines) {
  NvmlMachine machine;
  machine.change([](sim::State& state) {
    state.processes[0].type = sim::type_mps;
    state.processes[0].ofa = sim::constant(30);
  });
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_tick(*driver);
  ASSERT_EQ(tick.processes[0].rows.size(), 2U);
  const Use& first = tick.processes[0].rows[0].use;
  EXPECT_EQ(first.mps, Known<bool>{true});
  EXPECT_EQ(tick.processes[0].rows[1].use.mps, Known<bool>{false});
  EXPECT_EQ(first.readings[Metric::gpu_ofa_utilization], Reading{0.3});
}

TEST(NvmlProcessFacts, AccountingThatIsSwitchedOffHasNoDataYet) {
  NvmlMachine machine;
  machine.change([](sim::State& state) { state.gpus[0].accounting = 0; });
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  Tick tick = take_tick(*driver);
  ASSERT_FALSE(tick.processes[0].rows.empty());
  EXPECT_EQ(tick.processes[0].rows[0].use.readings[Metric::accounted_utilization],
            Reading{Missing::no_data});
  machine.change([](sim::State& state) { state.gpus[0].accounting = 1; });
  machine.clock.advance(120s);
  tick = take_tick(*driver);
  EXPECT_TRUE(tick.processes[0].rows[0].use.readings[Metric::accounted_utilization].is_known());
}

TEST(NvmlProcessFacts, OldDriversTellFourEngines) {
  NvmlMachine machine;
  machine.use_branch(535, 129, "535.129.03");
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  const Tick tick = take_tick(*driver);
  ASSERT_EQ(tick.processes[0].rows.size(), 2U);
  const UseReadings& readings = tick.processes[0].rows[0].use.readings;
  EXPECT_EQ(readings[Metric::gpu_sm_utilization], Reading{0.4});
  EXPECT_EQ(readings[Metric::gpu_jpeg_utilization], Reading{Missing::not_supported});
}

TEST(NvmlProcessFacts, WhatCostsACallIsAskedWhereItIsWanted) {
  NvmlMachine machine;
  const auto driver = machine.make_driver();
  ASSERT_TRUE(driver->open());
  take_tick(*driver);
  const auto list = driver->devices();
  ASSERT_TRUE(list);
  const auto details = machine.count_calls("nvmlDeviceGetRunningProcessDetailList");
  const auto stats = machine.count_calls("nvmlDeviceGetAccountingStats");
  driver->list_processes(list->front().handle, MetricSet{}.insert(Metric::gpu_memory));
  EXPECT_EQ(machine.count_calls("nvmlDeviceGetRunningProcessDetailList"), details);
  EXPECT_EQ(machine.count_calls("nvmlDeviceGetAccountingStats"), stats);
}

}  // namespace
}  // namespace gander::contract
