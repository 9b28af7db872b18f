// SPDX-License-Identifier: Apache-2.0
// What lies beyond the plain numbers: fields, memory errors, links, topology, monitoring, events.
#include <atomic>
#include <cstddef>
#include <thread>

#include "sim/nvml/abi_gpm.hpp"
#include "sim/nvml/abi_health.hpp"
#include "sim/nvml/abi_wiring.hpp"
#include "sim/nvml/library_testing.hpp"

namespace gander::sim::nvml {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr u32 all_links = 0xFFFFFFFF;

class Wide : public Library {
 protected:
  static FieldValue field(Device device, u32 number, u32 scope = 0) {
    FieldValue value{};
    value.field = number;
    value.scope = scope;
    EXPECT_EQ(call("nvmlDeviceGetFieldValues", device, 1, &value), success) << number;
    return value;
  }
  static u64 count(Device device, u32 number, u32 scope = 0) {
    const FieldValue value = field(device, number, scope);
    EXPECT_EQ(value.code, success) << number;
    EXPECT_EQ(value.type, 3U) << number;
    return value.value.as_u64;
  }
  static u32 word(Device device, u32 number, u32 scope = 0) {
    const FieldValue value = field(device, number, scope);
    EXPECT_EQ(value.code, success) << number;
    EXPECT_EQ(value.type, 1U) << number;
    return value.value.as_u32;
  }
  void change_gpu(void (*edit)(Gpu&)) {
    file_.change([&](State& s) { edit(s.gpus[0]); });
  }
  void become(u32 major, u32 minor = 0) {
    file_.change([&](State& s) {
      s.driver.branch_major = major;
      s.driver.branch_minor = minor;
    });
  }
  void advance(std::int64_t ns) { set_live(state().clock.hand_ns, state().clock.hand_ns + ns); }
};

TEST_F(Wide, CountersGrowWithTheClock) {
  const Device device = start();
  const u64 limited = count(device, 74);
  const u64 sent = count(device, 197);
  const u64 links = count(device, 138, all_links);
  EXPECT_EQ(limited, 25'000'000'000U);  // a quarter of 100 s
  EXPECT_EQ(sent, 1200U * 1000 * 100);
  EXPECT_EQ(links, 1'700'000U);
  advance(2 * second);
  EXPECT_EQ(count(device, 74) - limited, 500'000'000U);
  EXPECT_EQ(count(device, 197) - sent, 2'400'000U);
  EXPECT_EQ(count(device, 138, all_links) - links, 34'000U);
  EXPECT_EQ(count(device, 138, 3) * 17, count(device, 138, all_links));
  EXPECT_EQ(count(device, 138, 0), 0U);  // this link is down
  EXPECT_EQ(field(device, 138, 18).code, invalid_argument);
}

TEST_F(Wide, AReasonWithoutACurveCountsWhileItsBitIsSet) {
  const Device device = start();
  EXPECT_EQ(count(device, 270), 0U);
  change_gpu([](Gpu& gpu) {
    anchor_counters(gpu, 100 * second);
    gpu.clock_reasons = 0x40;
  });
  advance(3 * second);
  EXPECT_EQ(count(device, 270), 3'000'000'000U);
  EXPECT_EQ(count(device, 75), 3'000'000'000U);
  change_gpu([](Gpu& gpu) {
    anchor_counters(gpu, 103 * second);
    gpu.clock_reasons = 0;
  });
  advance(second);
  EXPECT_EQ(count(device, 270), 3'000'000'000U);
}

TEST_F(Wide, FieldsHaveTheirTypesAndScopes) {
  const Device device = start();
  EXPECT_EQ(word(device, 1), 1U);
  EXPECT_EQ(count(device, 4), 2U);
  EXPECT_EQ(count(device, 23), 6U);  // seven in all, one of them on the chip
  EXPECT_EQ(field(device, 18).code, not_supported);
  EXPECT_EQ(field(device, 29).code, not_supported);  // this board remaps rows
  EXPECT_EQ(word(device, 143), 4U);
  EXPECT_EQ(word(device, 144), 1U);
  EXPECT_EQ(word(device, 164, 1), 26'562U);
  EXPECT_EQ(word(device, 165, 0), 0U);
  u32 version = 0;
  EXPECT_EQ(call("nvmlDeviceGetNvLinkVersion", device, 1U, &version), success);
  EXPECT_EQ(word(device, 166, 1), version);
  EXPECT_EQ(word(device, 230), 1U);
  const FieldValue offset = field(device, 193);
  EXPECT_EQ(offset.type, 5U);
  EXPECT_EQ(offset.value.as_int, -8);
  EXPECT_EQ(field(device, 202, all_links).code, not_supported);
  EXPECT_EQ(field(device, 186, 1).code, not_supported);
  EXPECT_EQ(field(device, 186, 3).code, invalid_argument);
}

TEST_F(Wide, ModulePowerAndTheFifthGenerationOfLinks) {
  const Device device = start();
  change_gpu([](Gpu& gpu) {
    gpu.curves[metric_module_power] = constant(900'000);
    gpu.link_version = 5;
  });
  EXPECT_EQ(word(device, 186, 1), 900'000U);
  EXPECT_EQ(count(device, 202, all_links), 1'700'000U * 1024);
  EXPECT_EQ(field(device, 161, 1).code, not_supported);
}

TEST_F(Wide, OlderBranchesDoNotKnowNewerFields) {
  const Device device = start();
  become(470);
  EXPECT_EQ(field(device, 83).code, success);
  EXPECT_EQ(field(device, 142).code, success);
  for (const u32 number : {186U, 193U, 197U, 202U, 230U, 269U, 299U})
    EXPECT_EQ(field(device, number).code, invalid_argument) << number;
  become(550);
  EXPECT_EQ(field(device, 197).code, success);
  EXPECT_EQ(field(device, 230).code, invalid_argument);
}

TEST_F(Wide, ErrorsByPlaceAddUpToTheirTotal) {
  const Device device = start();
  u64 total = 0;
  u64 device_errors = 0;
  u64 sram = 0;
  const char* by_place = "nvmlDeviceGetMemoryErrorCounter";
  EXPECT_EQ(call("nvmlDeviceGetTotalEccErrors", device, 1U, 1U, &total), success);
  EXPECT_EQ(call(by_place, device, 1U, 1U, 2U, &device_errors), success);
  EXPECT_EQ(call(by_place, device, 1U, 1U, 7U, &sram), success);
  EXPECT_EQ(total, device_errors + sram);
  EXPECT_EQ(sram, 1U);
  EXPECT_EQ(call(by_place, device, 1U, 1U, 0U, &sram), not_supported);
  EXPECT_EQ(call(by_place, device, 1U, 1U, 8U, &sram), invalid_argument);
  change_gpu([](Gpu& gpu) { gpu.ecc_current = 0; });
  EXPECT_EQ(call("nvmlDeviceGetTotalEccErrors", device, 1U, 1U, &total), not_supported);
}

TEST_F(Wide, CorrectedErrorsGrowAtTheirRate) {
  change_gpu([](Gpu& gpu) {
    anchor_counters(gpu, 100 * second);
    gpu.health.ecc_corrected_per_hour = 3600;
  });
  const Device device = start();
  const u64 before = count(device, 3);
  advance(5 * second);
  EXPECT_EQ(count(device, 3), before + 5);
}

TEST_F(Wide, RowsAreRemappedAndPagesRetiredByGeneration) {
  const Device device = start();
  u32 rows[4]{};
  EXPECT_EQ(call("nvmlDeviceGetRemappedRows", device, &rows[0], &rows[1], &rows[2], &rows[3]),
            success);
  EXPECT_EQ(rows[1], 4U);
  EXPECT_EQ(rows[2], 1U);
  u32 pages = 0;
  u64* const none = nullptr;
  const char* retired = "nvmlDeviceGetRetiredPages";
  EXPECT_EQ(call(retired, device, 1U, &pages, none), not_supported);
  change_gpu([](Gpu& gpu) {
    gpu.architecture = 6;
    gpu.health.retired_uncorrected = 2;
  });
  EXPECT_EQ(call(retired, device, 1U, &pages, none), insufficient_size);
  ASSERT_EQ(pages, 2U);
  u64 addresses[2]{};
  EXPECT_EQ(call(retired, device, 1U, &pages, &addresses[0]), success);
  EXPECT_NE(addresses[0], addresses[1]);
  EXPECT_EQ(call("nvmlDeviceGetRemappedRows", device, &rows[0], &rows[1], &rows[2], &rows[3]),
            not_supported);
}

TEST_F(Wide, MarginAndFanRoundsCheckTheirVersions) {
  const Device device = start();
  MarginTemperature margin{};
  EXPECT_EQ(call("nvmlDeviceGetMarginTemperature", device, &margin), argument_version_mismatch);
  margin.version = 0x01000008;
  EXPECT_EQ(call("nvmlDeviceGetMarginTemperature", device, &margin), success);
  EXPECT_EQ(margin.margin, 26);
  FanSpeedRpm fan{0x0100000c, 1, 0};
  EXPECT_EQ(call("nvmlDeviceGetFanSpeedRPM", device, &fan), success);
  EXPECT_EQ(fan.speed, 1850U);
}

TEST_F(Wide, WhatDriversGaveUpIsDeprecated) {
  const Device device = start();
  u32 value = 0;
  EXPECT_EQ(call("nvmlDeviceGetApplicationsClock", device, 0U, &value), success);
  EXPECT_EQ(call("nvmlDeviceGetDisplayMode", device, &value), success);
  become(590);
  EXPECT_EQ(call("nvmlDeviceGetApplicationsClock", device, 0U, &value), deprecated);
  EXPECT_EQ(call("nvmlDeviceGetDisplayMode", device, &value), deprecated);
}

TEST_F(Wide, LinksLeadToSwitchesOrToOtherGpus) {
  const Device device = start();
  u32 type = 9;
  EXPECT_EQ(call("nvmlDeviceGetNvLinkRemoteDeviceType", device, 1U, &type), success);
  EXPECT_EQ(type, 2U);
  PciInfo pci{};
  EXPECT_EQ(call("nvmlDeviceGetNvLinkRemotePciInfo_v2", device, 1U, &pci), success);
  EXPECT_STREQ(pci.bus_id, "00000000:06:00.0");
  EXPECT_EQ(call("nvmlDeviceGetNvLinkRemotePciInfo_v2", device, 0U, &pci), not_supported);
  // No switch stands where a GPU does.
  change_gpu([](Gpu& gpu) { gpu.pci_bus = 0x06; });
  EXPECT_EQ(call("nvmlDeviceGetNvLinkRemotePciInfo_v2", device, 1U, &pci), success);
  EXPECT_STREQ(pci.bus_id, "00000000:07:00.0");
  change_gpu([](Gpu& gpu) {
    gpu.wiring.link_remote = remote_gpu;
    gpu.wiring.peers[1] = 2;
  });
  EXPECT_EQ(call("nvmlDeviceGetNvLinkRemotePciInfo_v2", device, 1U, &pci), success);
  EXPECT_STREQ(pci.bus_id, "00000000:1C:00.0");
  u64 errors = 0;
  EXPECT_EQ(call("nvmlDeviceGetNvLinkErrorCounter", device, 1U, 0U, &errors), success);
  EXPECT_EQ(errors, 5U);
  EXPECT_EQ(call("nvmlDeviceGetNvLinkErrorCounter", device, 2U, 0U, &errors), success);
  EXPECT_EQ(errors, 0U);
}

TEST_F(Wide, TopologyFollowsRootsAndNodes) {
  const Device device = start();
  u32 level = 1;
  const char* ancestor = "nvmlDeviceGetTopologyCommonAncestor";
  EXPECT_EQ(call(ancestor, device, device, &level), success);
  EXPECT_EQ(level, 0U);
  EXPECT_EQ(call(ancestor, device, handle(1), &level), success);
  EXPECT_EQ(level, 30U);
  EXPECT_EQ(call(ancestor, device, handle(2), &level), success);
  EXPECT_EQ(level, 50U);
  u32 number = 4;
  Device near[4]{};
  EXPECT_EQ(call("nvmlDeviceGetTopologyNearestGpus", device, 30U, &number, &near[0]), success);
  ASSERT_EQ(number, 1U);
  EXPECT_EQ(near[0], handle(1));
  u32 status = 9;
  EXPECT_EQ(call("nvmlDeviceGetP2PStatus", device, handle(2), 2U, &status), success);
  EXPECT_EQ(status, 0U);
  EXPECT_EQ(call("nvmlDeviceGetP2PStatus", device, handle(2), 4U, &status), success);
  EXPECT_EQ(status, 3U);
  unsigned long words[2]{};
  EXPECT_EQ(call("nvmlDeviceGetCpuAffinity", device, 2U, &words[0]), success);
  EXPECT_EQ(words[1], 0xffU);
}

TEST_F(Wide, FabricComesInTheLayoutsOfItsBranch) {
  const Device device = start();
  FabricInfoV3 info{};
  info.version = 0x03000028;
  ASSERT_EQ(call("nvmlDeviceGetGpuFabricInfoV", device, &info), success);
  EXPECT_EQ(info.state, 3U);
  EXPECT_EQ(info.clique, 9U);
  EXPECT_EQ(info.cluster[2], 3);
  EXPECT_EQ(info.summary, 1);
  change_gpu([](Gpu& gpu) { gpu.wiring.fabric_health = 1; });
  ASSERT_EQ(call("nvmlDeviceGetGpuFabricInfoV", device, &info), success);
  EXPECT_EQ(info.summary, 3);
  become(550);
  EXPECT_EQ(call("nvmlDeviceGetGpuFabricInfoV", device, &info), argument_version_mismatch);
  info = {};
  info.version = 0x02000024;
  info.summary = 77;
  EXPECT_EQ(call("nvmlDeviceGetGpuFabricInfoV", device, &info), success);
  EXPECT_EQ(info.summary, 77);  // beyond the end of the second layout
}

TEST_F(Wide, ConfidentialMemoryIsProtectedAsDescribed) {
  const Device device = start();
  Memory memory{};
  EXPECT_EQ(call("nvmlDeviceGetConfComputeProtectedMemoryUsage", device, &memory), not_supported);
  file_.change([](State& s) {
    s.driver.confidential.environment = 2;
    s.gpus[0].protected_memory = 64 * gib;
  });
  EXPECT_EQ(call("nvmlDeviceGetConfComputeProtectedMemoryUsage", device, &memory), success);
  EXPECT_EQ(memory.used, 30 * gib);
  EXPECT_EQ(memory.total, 64 * gib);
  ConfComputeMemory split{};
  EXPECT_EQ(call("nvmlDeviceGetConfComputeMemSizeInfo", device, &split), success);
  EXPECT_EQ(split.unprotected_kib, 16 * gib / 1024);
  ProcessDetail rows[4]{};
  ProcessDetailList list{0x01000018, 0, 4, rows};
  EXPECT_EQ(call("nvmlDeviceGetRunningProcessDetailList", device, &list), success);
  EXPECT_EQ(rows[0].protected_memory, 10 * gib);
  GpmSupport support{1, 9};
  EXPECT_EQ(call("nvmlGpmQueryDeviceSupport", device, &support), success);
  EXPECT_EQ(support.supported, 0U);
}

TEST_F(Wide, AccountingKeepsMeansWhileItIsOn) {
  const Device device = start();
  u32 number = 8;
  u32 pids[8]{};
  EXPECT_EQ(call("nvmlDeviceGetAccountingPids", device, &number, &pids[0]), not_supported);
  change_gpu([](Gpu& gpu) { gpu.accounting = 1; });
  number = 1;
  EXPECT_EQ(call("nvmlDeviceGetAccountingPids", device, &number, &pids[0]), insufficient_size);
  EXPECT_EQ(number, 2U);
  EXPECT_EQ(call("nvmlDeviceGetAccountingPids", device, &number, &pids[0]), success);
  AccountingStats stats{};
  EXPECT_EQ(call("nvmlDeviceGetAccountingStats", device, pids[0], &stats), success);
  EXPECT_EQ(stats.gpu_utilization, 40U);
  EXPECT_EQ(stats.max_memory, 10 * gib);
  EXPECT_EQ(call("nvmlDeviceGetAccountingStats", device, 1U, &stats), not_found);
}

TEST_F(Wide, ServiceClientsAreInBothLists) {
  file_.change([](State& s) { s.processes[0].type = type_compute | type_mps; });
  const Device device = start();
  ProcessInfoV2 rows[4]{};
  u32 number = 4;
  void* const room = rows;
  EXPECT_EQ(call("nvmlDeviceGetMPSComputeRunningProcesses_v3", device, &number, room), success);
  ASSERT_EQ(number, 1U);
  EXPECT_EQ(rows[0].pid, 4242U);
  number = 4;
  EXPECT_EQ(call("nvmlDeviceGetComputeRunningProcesses_v3", device, &number, room), success);
  EXPECT_EQ(number, 2U);
}

/// Two samples of one place, and what lies between them.
class Monitoring : public Wide {
 protected:
  struct Request {
    GpmRequest head;
    GpmMetric metrics[4];
  };
  Monitoring() { device_ = start(); }
  static GpmSample allocate() {
    GpmSample sample = nullptr;
    EXPECT_EQ(call("nvmlGpmSampleAlloc", &sample), success);
    return sample;
  }
  /// Samples the whole GPU twice, `apart_ns` from each other.
  void sample(std::int64_t apart_ns) {
    first_ = allocate();
    second_ = allocate();
    EXPECT_EQ(call("nvmlGpmSampleGet", device_, first_), success);
    advance(apart_ns);
    EXPECT_EQ(call("nvmlGpmSampleGet", device_, second_), success);
  }
  Request ask(u32 a, u32 b, u32 c, u32 d) {
    Request request{};
    request.head = {1, 4, first_, second_};
    const u32 ids[] = {a, b, c, d};
    for (int i = 0; i < 4; ++i) request.metrics[i].id = ids[i];
    EXPECT_EQ(call("nvmlGpmMetricsGet", &request.head), success);
    return request;
  }
  Device device_ = nullptr;
  GpmSample first_ = nullptr;
  GpmSample second_ = nullptr;
};

TEST_F(Monitoring, MetricsFollowTheCurves) {
  GpmSupport support{1, 0};
  EXPECT_EQ(call("nvmlGpmQueryDeviceSupport", device_, &support), success);
  EXPECT_EQ(support.supported, 1U);
  sample(second);
  const Request got = ask(1, 2, 20, 61);
  for (const GpmMetric& metric : got.metrics) EXPECT_EQ(metric.code, success) << metric.id;
  EXPECT_DOUBLE_EQ(got.metrics[0].value, 87);
  EXPECT_DOUBLE_EQ(got.metrics[1].value, 70);
  EXPECT_NEAR(got.metrics[2].value, 1.144, 0.001);  // 1200 KB/s in MiB/s
  EXPECT_NEAR(got.metrics[3].value, 17'000.0 / 1024, 0.001);
  EXPECT_STREQ(got.metrics[1].short_name, "SM_UTIL");
}

TEST_F(Monitoring, EntriesFailOneByOneAndCallsByTheirArguments) {
  sample(second);
  const Request got = ask(3, 300, 9999, 0);
  EXPECT_EQ(got.metrics[0].code, success);
  EXPECT_EQ(got.metrics[1].code, not_supported);
  EXPECT_EQ(got.metrics[2].code, invalid_argument);
  EXPECT_EQ(got.metrics[3].code, invalid_argument);
  become(535);
  EXPECT_EQ(ask(1, 166, 97, 98).metrics[1].code, invalid_argument);
  Request wrong{};
  wrong.head = {2, 1, first_, second_};
  EXPECT_EQ(call("nvmlGpmMetricsGet", &wrong.head), argument_version_mismatch);
  wrong.head = {1, 1, second_, first_};
  EXPECT_EQ(call("nvmlGpmMetricsGet", &wrong.head), invalid_argument);
  EXPECT_EQ(call("nvmlGpmSampleFree", first_), success);
  EXPECT_EQ(call("nvmlGpmSampleFree", first_), invalid_argument);
  wrong.head = {1, 1, first_, second_};
  EXPECT_EQ(call("nvmlGpmMetricsGet", &wrong.head), invalid_argument);
}

TEST_F(Monitoring, TooShortAnIntervalIsNoise) {
  sample(second / 100);
  EXPECT_NE(ask(1, 2, 3, 4).metrics[0].value, 87);
}

TEST_F(Monitoring, InstancesAreSampledByTheirNumber) {
  first_ = allocate();
  second_ = allocate();
  const Device parent = handle(2);
  EXPECT_EQ(call("nvmlGpmMigSampleGet", parent, 99U, first_), invalid_argument);
  EXPECT_EQ(call("nvmlGpmMigSampleGet", parent, 10U, first_), success);
  advance(second);
  EXPECT_EQ(call("nvmlGpmMigSampleGet", parent, 10U, second_), success);
  const Request got = ask(1, 2, 20, 3);
  EXPECT_DOUBLE_EQ(got.metrics[0].value, 50);
  EXPECT_DOUBLE_EQ(got.metrics[1].value, 43);
  EXPECT_EQ(got.metrics[2].code, not_supported);
  EXPECT_EQ(call("nvmlGpmMigSampleGet", device_, 10U, first_), not_supported);
}

TEST_F(Monitoring, OlderBoardsHaveNone) {
  change_gpu([](Gpu& gpu) { gpu.architecture = 8; });
  EXPECT_EQ(call("nvmlGpmSampleGet", device_, allocate()), not_supported);
}

class Events : public Wide {
 protected:
  Events() {
    device_ = start();
    EXPECT_EQ(call("nvmlEventSetCreate", &set_), success);
  }
  void watch(u64 types) {
    EXPECT_EQ(call("nvmlDeviceRegisterEvents", device_, types, set_), success);
  }
  Device device_ = nullptr;
  EventSet set_ = nullptr;
};

TEST_F(Events, TheLastErrorEndsAWait) {
  watch(8);
  EventData event{};
  EXPECT_EQ(call("nvmlEventSetWait_v2", set_, &event, 1U), timeout);
  change_gpu([](Gpu& gpu) {
    gpu.health.xid = 79;
    gpu.health.xid_count += 2;
  });
  ASSERT_EQ(call("nvmlEventSetWait_v2", set_, &event, 1000U), success);
  EXPECT_EQ(event.device, device_);
  EXPECT_EQ(event.type, 8U);
  EXPECT_EQ(event.data, 79U);
  EXPECT_EQ(event.gpu_instance, no_instance);
  EXPECT_EQ(call("nvmlEventSetWait_v2", set_, &event, 0U), timeout);
}

TEST_F(Events, TheOldWaitWritesTheOldEvent) {
  watch(8);
  change_gpu([](Gpu& gpu) {
    gpu.health.xid = 13;
    ++gpu.health.xid_count;
  });
  EventData event{};
  event.gpu_instance = 77;
  auto* const old = reinterpret_cast<EventDataLegacy*>(&event);
  ASSERT_EQ(call("nvmlEventSetWait", set_, old, 1000U), success);
  EXPECT_EQ(event.data, 13U);
  EXPECT_EQ(event.gpu_instance, 77U);
}

TEST_F(Events, AnErrorWhileOneWaitsWakesIt) {
  watch(8);
  std::atomic<int> answer{-1};
  EventData event{};
  std::thread waiting([&] { answer = call("nvmlEventSetWait_v2", set_, &event, 60'000U); });
  change_gpu([](Gpu& gpu) {
    gpu.health.xid = 48;
    ++gpu.health.xid_count;
  });
  waiting.join();
  EXPECT_EQ(answer, success);
  EXPECT_EQ(event.data, 48U);
}

TEST_F(Events, OnlySupportedTypesAreWatched) {
  u64 types = 0;
  EXPECT_EQ(call("nvmlDeviceGetSupportedEventTypes", device_, &types), success);
  EXPECT_EQ(types & 0x8108U, 0x8108U);
  EXPECT_EQ(call("nvmlDeviceRegisterEvents", device_, u64{0x4000}, set_), not_supported);
  watch(0x8000);
  change_gpu([](Gpu& gpu) { gpu.health.recovery_action = 2; });
  EventData event{};
  ASSERT_EQ(call("nvmlEventSetWait_v2", set_, &event, 1000U), success);
  EXPECT_EQ(event.type, 0x8000U);
  EXPECT_EQ(event.data, 2U);
  EXPECT_EQ(call("nvmlEventSetFree", set_), success);
  EXPECT_EQ(call("nvmlEventSetWait_v2", set_, &event, 0U), invalid_argument);
}

}  // namespace
}  // namespace gander::sim::nvml
