// SPDX-License-Identifier: Apache-2.0
// Offsets of our declarations of the driver's structs against the documented layouts.
#include "sim/nvml/abi.hpp"

#include <gtest/gtest.h>

#include <cstddef>

#include "sim/nvml/abi_gpm.hpp"
#include "sim/nvml/abi_health.hpp"
#include "sim/nvml/abi_wiring.hpp"

namespace gander::sim::nvml {
namespace {

TEST(Abi, PciLayouts) {
  EXPECT_EQ(offsetof(PciInfo, domain), 16U);
  EXPECT_EQ(offsetof(PciInfo, pci_device_id), 28U);
  EXPECT_EQ(offsetof(PciInfo, pci_subsystem_id), 32U);
  EXPECT_EQ(offsetof(PciInfo, bus_id), 36U);
  EXPECT_EQ(offsetof(PciInfoLegacy, domain), 16U);
  EXPECT_EQ(offsetof(PciInfoLegacy, reserved), 36U);
}

TEST(Abi, MemoryLayouts) {
  EXPECT_EQ(offsetof(Memory, free), 8U);
  EXPECT_EQ(offsetof(Memory, used), 16U);
  EXPECT_EQ(offsetof(MemoryV2, total), 8U);
  EXPECT_EQ(offsetof(MemoryV2, reserved), 16U);
  EXPECT_EQ(offsetof(MemoryV2, free), 24U);
  EXPECT_EQ(offsetof(MemoryV2, used), 32U);
  EXPECT_EQ(offsetof(Bar1Memory, free), 8U);
  EXPECT_EQ(offsetof(ConfComputeMemory, unprotected_kib), 8U);
}

TEST(Abi, ProcessLayouts) {
  EXPECT_EQ(offsetof(ProcessInfoV1, memory), 8U);
  EXPECT_EQ(offsetof(ProcessInfoV2, gpu_instance), 16U);
  EXPECT_EQ(offsetof(ProcessInfoV2, compute_instance), 20U);
  EXPECT_EQ(offsetof(ProcessDetail, protected_memory), 24U);
  EXPECT_EQ(offsetof(ProcessDetailList, mode), 4U);
  EXPECT_EQ(offsetof(ProcessDetailList, count), 8U);
  EXPECT_EQ(offsetof(ProcessDetailList, rows), 16U);
}

TEST(Abi, SampleLayouts) {
  EXPECT_EQ(offsetof(ProcessSample, time_us), 8U);
  EXPECT_EQ(offsetof(ProcessSample, sm), 16U);
  EXPECT_EQ(offsetof(ProcessSample, decoder), 28U);
  EXPECT_EQ(offsetof(ProcessUtilization, pid), 8U);
  EXPECT_EQ(offsetof(ProcessUtilization, sm), 12U);
  EXPECT_EQ(offsetof(ProcessUtilization, ofa), 32U);
  EXPECT_EQ(offsetof(ProcessesUtilization, count), 4U);
  EXPECT_EQ(offsetof(ProcessesUtilization, last_seen_us), 8U);
  EXPECT_EQ(offsetof(ProcessesUtilization, rows), 16U);
}

TEST(Abi, OtherLayouts) {
  EXPECT_EQ(offsetof(FieldValue, scope), 4U);
  EXPECT_EQ(offsetof(FieldValue, time_us), 8U);
  EXPECT_EQ(offsetof(FieldValue, latency_us), 16U);
  EXPECT_EQ(offsetof(FieldValue, type), 24U);
  EXPECT_EQ(offsetof(FieldValue, code), 28U);
  EXPECT_EQ(offsetof(FieldValue, value), 32U);
  EXPECT_EQ(offsetof(Attributes, gpu_slices), 24U);
  EXPECT_EQ(offsetof(Attributes, memory_mb), 32U);
  EXPECT_EQ(offsetof(EventData, type), 8U);
  EXPECT_EQ(offsetof(EventData, gpu_instance), 24U);
  EXPECT_EQ(offsetof(TemperatureV1, sensor), 4U);
  EXPECT_EQ(offsetof(TemperatureV1, temperature), 8U);
}

TEST(Abi, HealthLayouts) {
  EXPECT_EQ(offsetof(RemappedRows, corrected_inactive), 4U);
  EXPECT_EQ(offsetof(RemappedRows, uncorrected), 8U);
  EXPECT_EQ(offsetof(RemappedRows, pending), 16U);
  EXPECT_EQ(offsetof(RemappedRows, failed), 20U);
  EXPECT_EQ(offsetof(RemapHistogram, partial), 8U);
  EXPECT_EQ(offsetof(RemapHistogram, none), 16U);
  EXPECT_EQ(offsetof(SramStatus, aggregate_parity), 8U);
  EXPECT_EQ(offsetof(SramStatus, volatile_parity), 32U);
  EXPECT_EQ(offsetof(SramStatus, aggregate_l2), 56U);
  EXPECT_EQ(offsetof(SramStatus, threshold_exceeded), 96U);
  EXPECT_EQ(offsetof(MarginTemperature, margin), 4U);
  EXPECT_EQ(offsetof(FanSpeedRpm, fan), 4U);
  EXPECT_EQ(offsetof(FanSpeedRpm, speed), 8U);
  EXPECT_EQ(offsetof(ViolationTime, violation_ns), 8U);
  EXPECT_EQ(offsetof(AddressingMode, value), 4U);
}

TEST(Abi, AccountingLayouts) {
  EXPECT_EQ(offsetof(AccountingStats, max_memory), 8U);
  EXPECT_EQ(offsetof(AccountingStats, start_us), 24U);
  EXPECT_EQ(offsetof(AccountingStats, is_running), 32U);
  EXPECT_EQ(offsetof(AccountingStats, reserved), 36U);
  EXPECT_EQ(offsetof(AccountingStatsV2, gpu_utilization), 8U);
  EXPECT_EQ(offsetof(AccountingStatsV2, max_memory), 16U);
  EXPECT_EQ(offsetof(AccountingStatsV2, sample_count), 24U);
  EXPECT_EQ(offsetof(AccountingStatsV2, gpu_sum), 32U);
  EXPECT_EQ(offsetof(AccountingStatsV2, start_us), 56U);
}

TEST(Abi, WiringLayouts) {
  EXPECT_EQ(offsetof(FabricInfo, status), 16U);
  EXPECT_EQ(offsetof(FabricInfo, state), 24U);
  EXPECT_EQ(offsetof(FabricInfoV2, cluster), 4U);
  EXPECT_EQ(offsetof(FabricInfoV2, status), 20U);
  EXPECT_EQ(offsetof(FabricInfoV2, health), 32U);
  EXPECT_EQ(offsetof(FabricInfoV3, health), 32U);
  EXPECT_EQ(offsetof(FabricInfoV3, summary), 36U);
  EXPECT_EQ(offsetof(ConfComputeSettings, multi_gpu), 16U);
  EXPECT_EQ(offsetof(ConfComputeCaps, gpus), 4U);
}

TEST(Abi, MonitoringAndEventLayouts) {
  EXPECT_EQ(offsetof(GpmSupport, supported), 4U);
  EXPECT_EQ(offsetof(GpmMetric, code), 4U);
  EXPECT_EQ(offsetof(GpmMetric, value), 8U);
  EXPECT_EQ(offsetof(GpmMetric, short_name), 16U);
  EXPECT_EQ(offsetof(GpmMetric, unit), 32U);
  EXPECT_EQ(offsetof(GpmRequest, count), 4U);
  EXPECT_EQ(offsetof(GpmRequest, first), 8U);
  EXPECT_EQ(offsetof(GpmRequest, second), 16U);
  EXPECT_EQ(offsetof(EventDataLegacy, type), 8U);
  EXPECT_EQ(offsetof(EventDataLegacy, data), 16U);
}

}  // namespace
}  // namespace gander::sim::nvml
