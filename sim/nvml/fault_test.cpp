// SPDX-License-Identifier: Apache-2.0
// Faults that switch while the machine runs, and how the library answers meanwhile.
#include <sys/stat.h>

#include <set>
#include <vector>

#include "sim/nvml/library_testing.hpp"

namespace gander::sim::nvml {
namespace {

class Faults : public Library {
 protected:
  /// The list of compute processes, whatever its length; empty with a failure.
  std::vector<ProcessInfoV2> processes(Device device) {
    std::vector<ProcessInfoV2> rows(2200);
    auto count = static_cast<u32>(rows.size());
    EXPECT_EQ(call("nvmlDeviceGetComputeRunningProcesses_v3", device, &count,
                   static_cast<void*>(rows.data())),
              success);
    rows.resize(count);
    return rows;
  }
  std::vector<ProcessSample> samples(Device device, u64 since) {
    std::vector<ProcessSample> rows(64);
    auto count = static_cast<u32>(rows.size());
    EXPECT_EQ(call("nvmlDeviceGetProcessUtilization", device, rows.data(), &count, since), success);
    rows.resize(count);
    return rows;
  }
  u32 count_devices() {
    u32 count = 0;
    EXPECT_EQ(call("nvmlDeviceGetCount_v2", &count), success);
    return count;
  }
  template <class Edit>
  void change_faults(std::size_t gpu, Edit edit) {
    file_.change([&](State& s) { edit(s.gpus[gpu].faults); });
  }
};

TEST_F(Faults, AnUnpluggedGpuLeavesAndTheLaterOnesMoveUp) {
  const Device first = start(0);
  const Device second = handle(1);
  change_faults(0, [](GpuFaults& f) { f.absent = 1; });
  EXPECT_EQ(count_devices(), 2U);
  EXPECT_EQ(handle(0), second);
  EXPECT_EQ(number("nvmlDeviceGetIndex", second), 0U);
  u32 watts = 0;
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", first, &watts), gpu_is_lost);
  Device none = nullptr;
  EXPECT_EQ(call("nvmlDeviceGetHandleByIndex_v2", 2U, &none), invalid_argument);
  const char* uuid = state().gpus[0].uuid.data();
  EXPECT_EQ(call("nvmlDeviceGetHandleByUUID", uuid, &none), not_found);
}

TEST_F(Faults, AGpuPluggedInAgainHasANewHandle) {
  const Device before = start(0);
  change_faults(0, [](GpuFaults& f) { f.plug_generation = 1; });
  u32 watts = 0;
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", before, &watts), invalid_argument);
  EXPECT_NE(handle(0), before);
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", handle(0), &watts), success);
  EXPECT_EQ(count_devices(), 3U);
}

TEST_F(Faults, OldHandlesOfMigDevicesDieWithTheChosenCode) {
  const Device parent = start(2);
  Device instance = nullptr;
  ASSERT_EQ(call("nvmlDeviceGetMigDeviceHandleByIndex", parent, 0U, &instance), success);
  u32 id = 0;
  for (const Return code : {invalid_argument, not_found, gpu_is_lost}) {
    file_.change([&](State& s) {
      s.driver.stale_handle_code = code;
      ++s.gpus[2].mig_generation;
    });
    EXPECT_EQ(call("nvmlDeviceGetGpuInstanceId", instance, &id), code);
  }
  ASSERT_EQ(call("nvmlDeviceGetMigDeviceHandleByIndex", parent, 0U, &instance), success);
  EXPECT_EQ(call("nvmlDeviceGetGpuInstanceId", instance, &id), success);
}

TEST_F(Faults, ACallWakesASleepingGpuAndIsCounted) {
  const Device device = start(1);
  change_faults(1, [](GpuFaults& f) { f.suspended = 1; });
  EXPECT_EQ(count_devices(), 3U);
  EXPECT_EQ(state().gpus[1].faults.woken, 0U);
  number("nvmlDeviceGetPowerUsage", handle(0));
  EXPECT_EQ(state().gpus[1].faults.woken, 0U);
  number("nvmlDeviceGetPowerUsage", device);
  number("nvmlDeviceGetPowerUsage", device);
  EXPECT_EQ(state().gpus[1].faults.woken, 1U);
  EXPECT_EQ(state().gpus[1].faults.suspended, 0U);
}

TEST_F(Faults, LookingAHandleUpWakesToo) {
  start(0);
  change_faults(1, [](GpuFaults& f) { f.suspended = 1; });
  handle(1);
  EXPECT_EQ(state().gpus[1].faults.woken, 1U);
}

TEST_F(Faults, AStormComesAndGoes) {
  const Device device = start();
  EXPECT_EQ(processes(device).size(), 2U);
  change_faults(0, [](GpuFaults& f) { f.storm = 950; });
  const auto rows = processes(device);
  EXPECT_EQ(rows.size(), 952U);
  std::set<u32> pids;
  for (const auto& row : rows) pids.insert(row.pid);
  EXPECT_EQ(pids.size(), 952U);
  u32 count = 100;
  std::vector<ProcessInfoV2> few(100);
  EXPECT_EQ(call("nvmlDeviceGetComputeRunningProcesses_v3", device, &count,
                 static_cast<void*>(few.data())),
            insufficient_size);
  EXPECT_EQ(count, 952U);
  change_faults(0, [](GpuFaults& f) { f.storm = 0; });
  EXPECT_EQ(processes(device).size(), 2U);
}

TEST_F(Faults, GarbageAmongSamplesIsEverythingThatWasSeen) {
  const Device device = start();
  const u64 since = unix_us(state(), 90'000'000'000);
  EXPECT_EQ(samples(device, since).size(), 2U);
  change_faults(0, [](GpuFaults& f) {
    f.garbage =
        garbage_over_range | garbage_dead | garbage_duplicate | garbage_stale | garbage_zero_pid;
  });
  const auto rows = samples(device, since);
  ASSERT_EQ(rows.size(), 7U);
  EXPECT_EQ(rows[2].pid, rows[0].pid);
  EXPECT_EQ(rows[3].sm, 3'221'225'472U);
  EXPECT_GT(rows[4].pid, storm_first_pid);
  EXPECT_EQ(rows[5].pid, 0U);
  EXPECT_LE(rows[6].time_us, since);
}

TEST_F(Faults, GarbageAmongRowsIsEverythingThatWasSeen) {
  const Device device = start();
  file_.change([](State& s) {
    s.launcher_pid = 77;
    s.gpus[0].faults.garbage =
        garbage_huge_pid | garbage_unknown_memory | garbage_duplicate_row | garbage_recycled_row;
  });
  const auto rows = processes(device);
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[2].pid, 0U);
  EXPECT_EQ(rows[3].pid, ~0U);
  EXPECT_EQ(rows[4].pid, 77U);
  EXPECT_EQ(rows[5].pid, rows[0].pid);
  for (const auto& row : rows) EXPECT_EQ(row.memory, value_not_available);
}

TEST_F(Faults, AMismatchAtInitClearsAfterItsTries) {
  file_.change([](State& s) {
    s.driver.init_code = version_mismatch_driver;
    s.driver.init_tries = 3;
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(call("nvmlInit_v2"), version_mismatch_driver);
  EXPECT_EQ(call("nvmlInit_v2"), success);
}

TEST_F(Faults, AnUpgradeUnderUsLetsRunningClientsGoOnAndRefusesNewOnes) {
  const Device device = start();
  // The new package is installed: this mapping is of the old library, as is the kernel module.
  file_.change([](State& s) { ++s.driver.upgrade.library; });
  number("nvmlDeviceGetPowerUsage", device);
  EXPECT_EQ(call("nvmlInit_v2"), success);
  EXPECT_EQ(call("nvmlShutdown"), success);
  // The module is loaded anew: this mapping is too old for good.
  file_.change([](State& s) {
    s.driver.upgrade.kernel = s.driver.upgrade.library;
    ++s.driver.generation;
  });
  u32 watts = 0;
  EXPECT_EQ(call("nvmlDeviceGetPowerUsage", device, &watts), driver_not_loaded);
  EXPECT_EQ(call("nvmlShutdown"), success);
  EXPECT_EQ(call("nvmlInit_v2"), version_mismatch_driver);
}

TEST_F(Faults, ALibraryLoadedBetweenInstallAndReloadTellsItsOwnVersion) {
  file_.change([](State& s) {
    set_text(s.driver.nvml_version, "13.580.65.06");
    set_text(s.driver.upgrade.version, "610.10");
    ++s.driver.upgrade.library;
  });
  std::array<char, 80> version{};
  EXPECT_EQ(call("nvmlInit_v2"), version_mismatch_driver);
  EXPECT_EQ(call("nvmlSystemGetNVMLVersion", version.data(), 80U), success);
  EXPECT_STREQ(version.data(), "13.610.10");
}

TEST_F(Faults, ALibraryLoadedBetweenInstallAndReloadIsRefused) {
  file_.change([](State& s) { ++s.driver.upgrade.library; });
  EXPECT_EQ(call("nvmlInit_v2"), version_mismatch_driver);
  file_.change([](State& s) { s.driver.upgrade.kernel = s.driver.upgrade.library; });
  EXPECT_EQ(call("nvmlInit_v2"), success);
}

TEST_F(Faults, JitterMakesCallsTakeLongerByDifferentTimes) {
  const Device device = start();
  CallFault& slow = fault("nvmlDeviceGetPowerUsage");
  set_live(slow.jitter_us, 3000U);
  std::set<std::uint64_t> milliseconds;
  for (int i = 0; i < 12; ++i) {
    const std::uint64_t call_number = live(state().calls);
    number("nvmlDeviceGetPowerUsage", device);
    milliseconds.insert(state().log[call_number % call_log_size].duration_ns / 1'000'000);
  }
  EXPECT_GT(milliseconds.size(), 1U);
}

TEST_F(Faults, QuirksOfOtherSimulators) {
  const Device device = start();
  file_.change(
      [](State& s) { s.driver.quirks = quirk_lists_alias | quirk_instances_zero | quirk_no_mig; });
  std::vector<unsigned char> bytes(256, 0xA5);
  u32 count = 8;
  ASSERT_EQ(call("nvmlDeviceGetComputeRunningProcesses", device, &count,
                 static_cast<void*>(bytes.data())),
            success);
  u32 second = 0;
  std::memcpy(&second, &bytes[24], sizeof second);
  EXPECT_EQ(second, 4243U);
  EXPECT_EQ(processes(device)[0].gpu_instance, 0U);
  Device instance = nullptr;
  EXPECT_EQ(call("nvmlDeviceGetMigDeviceHandleByIndex", handle(2), 0U, &instance), not_found);
}

TEST_F(Faults, AnInterposerMayShowLessMemoryThanProcessesUse) {
  const Device device = start();
  change_faults(0, [](GpuFaults& f) {
    f.shown_memory = 16 * gib;
    f.shown_used = gib;
  });
  Memory memory{};
  ASSERT_EQ(call("nvmlDeviceGetMemoryInfo", device, &memory), success);
  EXPECT_EQ(memory.total, 16 * gib);
  EXPECT_EQ(memory.used, gib);
  EXPECT_GT(processes(device)[0].memory, memory.used);
}

std::uint64_t own_space() {
  struct stat facts{};
  return stat("/proc/self/ns/pid", &facts) == 0 ? facts.st_ino : 0;
}

/// The first process is seen from our namespace as 17, the second not at all; the launcher is in
/// another namespace than we are.
void enter_namespace(State& s) {
  s.driver.pid_mode = pids_auto;
  s.pid_space = own_space() + 1;
  s.processes[0].spaces[0] = {s.pid_space, 4242, 0};
  s.processes[0].spaces[1] = {own_space(), 17, 0};
  s.processes[1].spaces[0] = {s.pid_space, 4243, 0};
}

struct NamespaceCase {
  u32 major, minor;
  std::vector<u32> listed, sampled;
  bool has_memory;
};

TEST_F(Faults, EachBranchAnswersByItsRulesInANamespace) {
  file_.change(enter_namespace);
  const Device device = start();
  const NamespaceCase cases[] = {{535, 104, {4242, 4243}, {4242, 4243}, true},
                                 {535, 113, {17}, {4242, 4243}, false},
                                 {565, 57, {17}, {4242, 4243}, true},
                                 {570, 26, {17}, {4242, 4243}, true},
                                 {570, 86, {17}, {17}, true}};
  for (const NamespaceCase& one : cases) {
    file_.change([&](State& s) {
      s.driver.branch_major = one.major;
      s.driver.branch_minor = one.minor;
    });
    std::vector<u32> listed;
    for (const auto& row : processes(device)) listed.push_back(row.pid);
    EXPECT_EQ(listed, one.listed) << one.major << '.' << one.minor;
    EXPECT_EQ(processes(device)[0].memory != 0, one.has_memory) << one.major << '.' << one.minor;
    std::vector<u32> sampled;
    for (const auto& row : samples(device, 0)) sampled.push_back(row.pid);
    EXPECT_EQ(sampled, one.sampled) << one.major << '.' << one.minor;
  }
}

TEST_F(Faults, InTheLaunchersNamespaceEverybodyIsSeen) {
  file_.change([](State& s) {
    enter_namespace(s);
    s.pid_space = own_space();
  });
  EXPECT_EQ(processes(start()).size(), 2U);
}

}  // namespace
}  // namespace gander::sim::nvml
