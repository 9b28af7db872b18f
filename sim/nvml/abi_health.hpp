// SPDX-License-Identifier: Apache-2.0
// The driver's structs about memory errors, temperature, fans and accounting, as abi.hpp declares
// the others.
#pragma once

#include "sim/nvml/abi.hpp"

namespace gander::sim::nvml {

struct RemappedRows {
  u32 corrected, corrected_inactive, uncorrected, uncorrected_inactive, pending, failed;
};
struct RemapHistogram {
  u32 max, high, partial, low, none;
};
struct SramStatus {
  u32 version;
  u64 aggregate_parity, aggregate_sec_ded, aggregate_corrected;
  u64 volatile_parity, volatile_sec_ded, volatile_corrected;
  u64 aggregate_l2, aggregate_sm, aggregate_pcie, aggregate_mcu, aggregate_other;
  u32 threshold_exceeded;
};
struct MarginTemperature {
  u32 version;
  int margin;
};
struct FanSpeedRpm {
  u32 version, fan, speed;
};
struct ViolationTime {
  u64 reference_ns, violation_ns;
};
struct AccountingStats {
  u32 gpu_utilization, memory_utilization;
  u64 max_memory, time_ms, start_us;
  u32 is_running;
  u32 reserved[5];
};
struct AccountingStatsV2 {
  u32 pid, is_running, gpu_utilization, memory_utilization;
  u64 max_memory;
  u32 sample_count;
  u64 gpu_sum, memory_sum, time_ms, start_us;
};
struct AddressingMode {
  u32 version, value;
};

static_assert(sizeof(RemappedRows) == 24 && sizeof(RemapHistogram) == 20);
static_assert(version_word<SramStatus>(1) == 0x01000068);
static_assert(version_word<MarginTemperature>(1) == 0x01000008);
static_assert(version_word<FanSpeedRpm>(1) == 0x0100000c && sizeof(ViolationTime) == 16);
static_assert(sizeof(AccountingStats) == 56 && sizeof(AccountingStatsV2) == 64);
static_assert(version_word<AddressingMode>(1) == 0x01000008);

}  // namespace gander::sim::nvml
