// SPDX-License-Identifier: Apache-2.0
// The simulated library through the real loader, on a machine written by hand.
#include <thread>
#include <vector>

#include "sim/nvml/library_testing.hpp"

namespace gander::sim::nvml {
namespace {

TEST_F(Library, NothingWorksBeforeInitAndAfterTheLastShutdown) {
  u32 count = 0;
  EXPECT_EQ(call("nvmlDeviceGetCount_v2", &count), uninitialized);
  EXPECT_EQ(call("nvmlInit_v2"), success);
  EXPECT_EQ(call("nvmlInitWithFlags", 0U), success);
  EXPECT_EQ(call("nvmlShutdown"), success);
  EXPECT_EQ(call("nvmlDeviceGetCount_v2", &count), success);
  EXPECT_EQ(count, 3U);
  EXPECT_EQ(call("nvmlShutdown"), success);
  EXPECT_EQ(call("nvmlShutdown"), uninitialized);
}

TEST_F(Library, EveryReturnCodeHasItsOwnText) {
  void* const library = dlopen(GANDER_SIM_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr);
  const auto text = reinterpret_cast<const char* (*)(int)>(dlsym(library, "nvmlErrorString"));
  ASSERT_NE(text, nullptr);
  EXPECT_STREQ(text(success), "Success");
  EXPECT_STREQ(text(gpu_is_lost), "GPU is lost");
  EXPECT_STREQ(text(argument_version_mismatch), "Argument version mismatch");
  for (const int code : {-1, 30, 999}) EXPECT_STREQ(text(code), "Unknown Error") << code;
  dlclose(library);
}

TEST_F(Library, WithoutAMachineTheDriverIsNotLoaded) {
  setenv("GANDER_SIM", "/nowhere/at/all", 1);
  EXPECT_EQ(call("nvmlInit_v2"), driver_not_loaded);
}

TEST_F(Library, NumbersAreThoseOfTheState) {
  const Device device = start();
  EXPECT_EQ(number("nvmlDeviceGetPowerUsage", device), 312'500U);
  EXPECT_EQ(number("nvmlDeviceGetEnforcedPowerLimit", device), 700'000U);
  EXPECT_EQ(number("nvmlDeviceGetFanSpeed", device), 35U);
  EXPECT_EQ(number("nvmlDeviceGetPerformanceState", device), 0U);
  EXPECT_EQ(number("nvmlDeviceGetCurrPcieLinkWidth", device), 16U);
  Utilization rates{};
  EXPECT_EQ(call("nvmlDeviceGetUtilizationRates", device, &rates), success);
  EXPECT_EQ(rates.gpu, 87U);
  EXPECT_EQ(rates.memory, 43U);
  u64 energy = 0;
  EXPECT_EQ(call("nvmlDeviceGetTotalEnergyConsumption", device, &energy), success);
  EXPECT_EQ(energy, 5'000'000U + 100 * 312'500U);
  u32 fan = 0;
  EXPECT_EQ(call("nvmlDeviceGetFanSpeed_v2", device, 1U, &fan), success);
  EXPECT_EQ(fan, 37U);
  EXPECT_EQ(call("nvmlDeviceGetFanSpeed_v2", device, 2U, &fan), invalid_argument);
}

TEST_F(Library, MemoryV2ExcludesReservedAndChecksItsVersion) {
  const Device device = start();
  MemoryV2 wide{};
  EXPECT_EQ(call("nvmlDeviceGetMemoryInfo_v2", device, &wide), argument_version_mismatch);
  wide.version = 2;
  EXPECT_EQ(call("nvmlDeviceGetMemoryInfo_v2", device, &wide), argument_version_mismatch);
  wide.version = 0x02000028;
  ASSERT_EQ(call("nvmlDeviceGetMemoryInfo_v2", device, &wide), success);
  EXPECT_EQ(wide.used, 30 * gib);
  EXPECT_EQ(wide.total, wide.used + wide.reserved + wide.free);
  Memory narrow{};
  ASSERT_EQ(call("nvmlDeviceGetMemoryInfo", device, &narrow), success);
  EXPECT_EQ(narrow.used, wide.used + wide.reserved);
}

TEST_F(Library, StringsThatDoNotFitAreRefused) {
  const Device device = start();
  char name[96]{};
  EXPECT_EQ(call("nvmlDeviceGetName", device, &name[0], 5U), insufficient_size);
  EXPECT_EQ(call("nvmlDeviceGetName", device, &name[0], 96U), success);
  EXPECT_STREQ(name, "NVIDIA H100 80GB HBM3");
}

TEST_F(Library, AddressesComeInBothLayouts) {
  const Device device = start();
  PciInfo pci{};
  ASSERT_EQ(call("nvmlDeviceGetPciInfo_v3", device, &pci), success);
  EXPECT_STREQ(pci.bus_id, "00000000:1B:00.0");
  EXPECT_STREQ(pci.bus_id_legacy, "0000:1B:00.0");
  PciInfoLegacy legacy{};
  ASSERT_EQ(call("nvmlDeviceGetPciInfo", device, &legacy), success);
  EXPECT_STREQ(legacy.bus_id, "0000:1B:00.0");
  Device same = nullptr;
  EXPECT_EQ(call("nvmlDeviceGetHandleByPciBusId_v2", static_cast<const char*>(pci.bus_id), &same),
            success);
  EXPECT_EQ(same, device);
}

TEST_F(Library, ProcessListsWriteTheEntrySizeOfTheirName) {
  const Device device = start();
  const std::pair<const char*, std::size_t> lists[] = {
      {"nvmlDeviceGetComputeRunningProcesses", 16},
      {"nvmlDeviceGetComputeRunningProcesses_v2", 24},
      {"nvmlDeviceGetComputeRunningProcesses_v3", 24}};
  for (const auto& [name, stride] : lists) {
    std::vector<unsigned char> bytes(8 * 32, 0xA5);
    u32 count = 8;
    ASSERT_EQ(call(name, device, &count, static_cast<void*>(bytes.data())), success) << name;
    ASSERT_EQ(count, 2U);
    u32 second = 0;
    std::memcpy(&second, &bytes[stride], sizeof second);
    EXPECT_EQ(second, 4243U) << name;
    EXPECT_EQ(bytes[2 * stride], 0xA5) << name;
  }
}

TEST_F(Library, Branch535_54WritesWideEntries) {
  file_.change([](State& s) {
    s.driver.branch_major = 535;
    s.driver.branch_minor = 54;
  });
  const Device device = start();
  ProcessDetail rows[4]{};
  u32 count = 4;
  ASSERT_EQ(
      call("nvmlDeviceGetComputeRunningProcesses_v3", device, &count, static_cast<void*>(rows)),
      success);
  EXPECT_EQ(rows[1].pid, 4243U);
  EXPECT_EQ(rows[1].memory, 20 * gib);
  EXPECT_EQ(rows[1].gpu_instance, no_instance);
  ProcessDetailList list{0x01000018, 0, 4, rows};
  EXPECT_EQ(call("nvmlDeviceGetRunningProcessDetailList", device, &list), function_not_found);
}

TEST_F(Library, ACountQueryIsAnsweredSevenUnlessTheQuirkIsOn) {
  const Device device = start();
  const char* list = "nvmlDeviceGetComputeRunningProcesses_v3";
  void* const none = nullptr;
  u32 count = 0;
  EXPECT_EQ(call(list, device, &count, none), insufficient_size);
  EXPECT_EQ(count, 2U);
  set_live(state().driver.count_query_returns_zero, 1U);
  count = 0;
  EXPECT_EQ(call(list, device, &count, none), success);
  EXPECT_EQ(count, 2U);
  count = 0;
  EXPECT_EQ(call(list, handle(1), &count, none), success);
  EXPECT_EQ(count, 0U);
}

TEST_F(Library, SamplesHonourTheLastSeenTime) {
  const Device device = start();
  u32 count = 0;
  ProcessSample rows[100]{};
  ProcessSample* const none = nullptr;
  EXPECT_EQ(call("nvmlDeviceGetProcessUtilization", device, none, &count, u64{0}),
            insufficient_size);
  EXPECT_EQ(count, 100U);
  ASSERT_EQ(call("nvmlDeviceGetProcessUtilization", device, &rows[0], &count, u64{0}), success);
  ASSERT_EQ(count, 2U);
  EXPECT_EQ(rows[0].pid, 4242U);
  EXPECT_EQ(rows[0].sm, 40U);
  const u64 seen = rows[0].time_us;
  count = 100;
  EXPECT_EQ(call("nvmlDeviceGetProcessUtilization", device, &rows[0], &count, seen), not_found);
  set_live(state().clock.hand_ns, state().clock.hand_ns + 1'000'000'000);
  count = 100;
  EXPECT_EQ(call("nvmlDeviceGetProcessUtilization", device, &rows[0], &count, seen), success);
  EXPECT_GT(rows[0].time_us, seen);
}

TEST_F(Library, SamplesOfAFrozenMachineStayFresh) {
  set_live(state().clock.samples_stay_fresh, 1U);
  const Device device = start();
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const u64 now_us = static_cast<u64>(now.tv_sec) * 1'000'000U;
  u32 count = 100;
  ProcessSample rows[100]{};
  ASSERT_EQ(call("nvmlDeviceGetProcessUtilization", device, &rows[0], &count, now_us - 1'000'000U),
            success);
  ASSERT_EQ(count, 2U);
  EXPECT_EQ(rows[0].sm, 40U);
}

TEST_F(Library, PidModesTellListsAndSamplesApart) {
  file_.change([](State& s) {
    s.driver.pid_mode = pids_mixed;
    s.processes[1].hidden = 1;
  });
  const Device device = start();
  ProcessInfoV2 rows[8]{};
  u32 count = 8;
  ASSERT_EQ(
      call("nvmlDeviceGetComputeRunningProcesses_v3", device, &count, static_cast<void*>(rows)),
      success);
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(rows[0].pid, 4242U);
  ProcessSample samples[8]{};
  count = 8;
  ASSERT_EQ(call("nvmlDeviceGetProcessUtilization", device, &samples[0], &count, u64{0}), success);
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(samples[0].pid, 104'242U);
}

TEST_F(Library, HeldMemoryIsAProcessAndMemory) {
  const Device device = start(1);
  file_.change([](State& s) {
    s.held_count = 1;
    s.held[0] = Held{1, 77, 77, 1, -1, 0, 3 * gib};
  });
  ProcessInfoV2 rows[8]{};
  u32 count = 8;
  ASSERT_EQ(
      call("nvmlDeviceGetComputeRunningProcesses_v3", device, &count, static_cast<void*>(rows)),
      success);
  ASSERT_EQ(count, 1U);
  EXPECT_EQ(rows[0].pid, 77U);
  MemoryV2 memory{};
  memory.version = 0x02000028;
  ASSERT_EQ(call("nvmlDeviceGetMemoryInfo_v2", device, &memory), success);
  EXPECT_EQ(memory.used, 3 * gib);
}

TEST_F(Library, MigSlotsAreSparseAndTheirHandlesDie) {
  const Device parent = start(2);
  Device instance = nullptr;
  EXPECT_EQ(call("nvmlDeviceGetMigDeviceHandleByIndex", parent, 1U, &instance), not_found);
  ASSERT_EQ(call("nvmlDeviceGetMigDeviceHandleByIndex", parent, 3U, &instance), success);
  EXPECT_EQ(number("nvmlDeviceGetGpuInstanceId", instance), 10U);
  Device by_uuid = nullptr;
  const char* uuid = "MIG-b";
  ASSERT_EQ(call("nvmlDeviceGetHandleByUUID", uuid, &by_uuid), success);
  EXPECT_EQ(by_uuid, instance);
  ProcessInfoV2 rows[8]{};
  u32 count = 8;
  ASSERT_EQ(
      call("nvmlDeviceGetComputeRunningProcesses_v3", instance, &count, static_cast<void*>(rows)),
      success);
  ASSERT_EQ(count, 1U);
  EXPECT_EQ(rows[0].gpu_instance, 10U);
  Utilization rates{};
  EXPECT_EQ(call("nvmlDeviceGetUtilizationRates", parent, &rates), not_supported);
  EXPECT_EQ(call("nvmlDeviceGetUtilizationRates", instance, &rates), not_supported);
  set_live(state().gpus[2].mig_generation, 1U);
  u32 id = 0;
  EXPECT_EQ(call("nvmlDeviceGetGpuInstanceId", instance, &id), invalid_argument);
}

TEST_F(Library, FieldsAnswerOneByOne) {
  const Device device = start();
  FieldValue fields[4]{};
  fields[0].field = 83;
  fields[1].field = 186;
  fields[2].field = 82;
  fields[3].field = 9999;
  ASSERT_EQ(call("nvmlDeviceGetFieldValues", device, 4, &fields[0]), success);
  EXPECT_EQ(fields[0].value.as_u64, 5'000'000U + 100 * 312'500U);
  EXPECT_EQ(fields[0].type, 3U);
  EXPECT_EQ(fields[1].value.as_u32, 312'500U);
  EXPECT_EQ(fields[2].value.as_u32, 72U);
  EXPECT_EQ(fields[3].code, invalid_argument);
}

TEST_F(Library, ALostGpuLeavesTheOthersAlone) {
  const Device lost = start(1);
  set_live(state().gpus[1].lost, 1U);
  u32 watts = 0;
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", lost, &watts), gpu_is_lost);
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", handle(0), &watts), success);
  Device again = nullptr;
  EXPECT_EQ(call("nvmlDeviceGetHandleByIndex_v2", 1U, &again), gpu_is_lost);
}

TEST_F(Library, AnUnloadedDriverComesBackOnlyAfterANewInit) {
  const Device device = start();
  u32 watts = 0;
  set_live(state().driver.unloaded, 1U);
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", device, &watts), driver_not_loaded);
  EXPECT_EQ(call("nvmlInit_v2"), driver_not_loaded);
  file_.change([](State& s) {
    s.driver.unloaded = 0;
    ++s.driver.generation;
  });
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", device, &watts), driver_not_loaded);
  EXPECT_EQ(call("nvmlInit_v2"), success);
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", handle(0), &watts), success);
}

TEST_F(Library, FaultsCountSkipAndEnd) {
  const Device device = start();
  CallFault& one = fault("nvmlDeviceGetPower*", 0);
  one.skip_calls = 1;
  one.remaining = 1;
  one.code = 999;
  u32 watts = 0;
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", device, &watts), success);
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", device, &watts), unknown);
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", device, &watts), success);
}

TEST_F(Library, AHungCallEndsWithItsFaultAndStopsNobodyElse) {
  const Device device = start();
  CallFault& one = fault("nvmlDeviceGetPowerUsage", 0);
  set_live(one.hang, 1U);
  std::atomic<int> answer{-1};
  std::thread stuck([&] {
    u32 watts = 0;
    answer = call("nvmlDeviceGetPowerUsage", device, &watts);
  });
  while (live(state().functions[find_symbol("nvmlDeviceGetPowerUsage")].count) == 0)
    std::this_thread::yield();
  EXPECT_EQ(number("nvmlDeviceGetPowerUsage", handle(1)), 312'500U);
  EXPECT_EQ(answer, -1);
  set_live(one.hang, 0U);
  stuck.join();
  EXPECT_EQ(answer, success);
}

TEST_F(Library, CallsAreCountedAndLogged) {
  const Device device = start(1);
  const std::uint64_t before = live(state().calls);
  number("nvmlDeviceGetPowerUsage", device);
  EXPECT_EQ(live(state().calls), before + 1);
  const CallRecord& record = state().log[before % call_log_size];
  EXPECT_EQ(record.sequence, before + 1);
  EXPECT_EQ(record.gpu, 1);
  EXPECT_EQ(record.code, success);
  EXPECT_STREQ(state().functions[record.function].name.data(), "nvmlDeviceGetPowerUsage");
}

TEST_F(Library, NonsenseHandlesAndNullPointersAreRefusedByEveryFunction) {
  start();
  file_.change([](State& s) { s.driver.branch_major = 0; });  // the newest: no symbol is hidden
  void* const none = nullptr;
  for (const Symbol& symbol : symbol_table) {
    if (!symbol.name.starts_with("nvmlDevice")) continue;
    const std::string name(symbol.name);
    for (const std::uintptr_t number :
         {std::uintptr_t{0}, std::uintptr_t{12345}, ~std::uintptr_t{0}}) {
      auto* const device = reinterpret_cast<void*>(number);
      if (name.find("Handle") != std::string::npos || name.find("Count") != std::string::npos)
        continue;
      EXPECT_EQ(call(name.c_str(), device, none, none, none), invalid_argument) << name;
    }
    if (name == "nvmlDeviceRegisterEvents") continue;
    if (name.find("Handle") == std::string::npos && name.find("Count") == std::string::npos) {
      auto* const device = static_cast<void*>(handle(0));
      EXPECT_NE(call(name.c_str(), device, none, none, none), success) << name;
    }
  }
}

TEST_F(Library, EveryReturnCodeIsPassedOnFromEveryFunction) {
  start();
  CallFault& one = fault("nvmlDevice*");
  void* const none = nullptr;
  for (int code = 1; code <= 30; ++code) {
    set_live(one.code, code);
    for (const Symbol& symbol : symbol_table)
      if (symbol.name.starts_with("nvmlDevice")) {
        EXPECT_EQ(call(std::string(symbol.name).c_str(), none, none, none, none), code)
            << symbol.name;
      }
  }
}

TEST_F(Library, AGlobalLockLetsOneCallInAtATime) {
  start();
  set_live(state().driver.global_lock, 1U);
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        u32 watts = 0;
        if (call("nvmlDeviceGetPowerUsage", handle(0), &watts) == success) ++good;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

}  // namespace
}  // namespace gander::sim::nvml
