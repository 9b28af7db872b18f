// SPDX-License-Identifier: Apache-2.0
// The second part of NVML's binary interface in our own declarations: profiling, fabric, events,
// and what is told of single processes. It knows nothing of how they are used.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "driver/nvml/abi.hpp"

namespace gander::driver::nvml {

/// A set of events to wait for; opaque.
struct OpaqueEventSet;
using EventSet = OpaqueEventSet*;
/// A sample of the profiling counters; opaque.
struct OpaqueGpmSample;
using GpmSample = OpaqueGpmSample*;

/// Whether a device has profiling counters. Its version word is plain 1.
struct GpmSupport {
  std::uint32_t version{};
  std::uint32_t is_supported{};
};
static_assert(sizeof(GpmSupport) == 8 && offsetof(GpmSupport, is_supported) == 4);

/// One metric made from two samples.
struct GpmMetric {
  std::uint32_t id{};
  Code code{};
  double value{};
  const char* short_name{};
  const char* long_name{};
  const char* unit{};
};
static_assert(sizeof(GpmMetric) == 40 && offsetof(GpmMetric, code) == 4 &&
              offsetof(GpmMetric, value) == 8 && offsetof(GpmMetric, short_name) == 16 &&
              offsetof(GpmMetric, unit) == 32);

/// The question for metrics. The library touches `count` of them, but the structure grew with its
/// list of metrics under one version (plain 1), so there is room for the longest form.
struct GpmMetricsRequest {
  std::uint32_t version{};
  std::uint32_t count{};
  GpmSample before{};
  GpmSample after{};
  std::array<GpmMetric, 333> metrics{};
};
static_assert(sizeof(GpmMetricsRequest) == 13344 && offsetof(GpmMetricsRequest, count) == 4 &&
              offsetof(GpmMetricsRequest, before) == 8 &&
              offsetof(GpmMetricsRequest, after) == 16 &&
              offsetof(GpmMetricsRequest, metrics) == 24);

/// Membership in a fabric, before the structure had a version.
struct FabricInfo {
  std::array<std::uint8_t, 16> cluster{};
  Code status{};
  std::uint32_t clique{};
  std::uint32_t state{};
};
static_assert(sizeof(FabricInfo) == 28 && offsetof(FabricInfo, status) == 16 &&
              offsetof(FabricInfo, clique) == 20 && offsetof(FabricInfo, state) == 24);

/// The same with a version: 2 ends before `health_summary`, 3 has it.
struct FabricInfoV {
  std::uint32_t version{};
  std::array<std::uint8_t, 16> cluster{};
  Code status{};
  std::uint32_t clique{};
  std::uint32_t state{};
  std::uint32_t health_mask{};
  std::uint8_t health_summary{};
};
static_assert(sizeof(FabricInfoV) == 40 && offsetof(FabricInfoV, cluster) == 4 &&
              offsetof(FabricInfoV, status) == 20 && offsetof(FabricInfoV, clique) == 24 &&
              offsetof(FabricInfoV, state) == 28 && offsetof(FabricInfoV, health_mask) == 32 &&
              offsetof(FabricInfoV, health_summary) == 36 && version_word(36, 2) == 0x02000024 &&
              version_word(sizeof(FabricInfoV), 3) == 0x03000028);

struct AddressingModeV1 {
  std::uint32_t version{};
  std::uint32_t mode{};
};
static_assert(sizeof(AddressingModeV1) == 8 &&
              version_word(sizeof(AddressingModeV1), 1) == 0x01000008);

/// One event; the older wait writes only up to `instance`.
struct EventData {
  Handle device{};
  std::uint64_t type{};
  std::uint64_t data{};
  std::uint32_t gpu_instance{};
  std::uint32_t compute_instance{};
};
static_assert(sizeof(EventData) == 32 && offsetof(EventData, type) == 8 &&
              offsetof(EventData, data) == 16 && offsetof(EventData, gpu_instance) == 24 &&
              offsetof(EventData, compute_instance) == 28);

/// What one process did since a moment, with all engines.
struct UtilizationRow {
  std::uint64_t stamp{};
  std::uint32_t pid{};
  std::uint32_t sm{};
  std::uint32_t memory{};
  std::uint32_t encoder{};
  std::uint32_t decoder{};
  std::uint32_t jpeg{};
  std::uint32_t ofa{};
};
static_assert(sizeof(UtilizationRow) == 40 && offsetof(UtilizationRow, pid) == 8 &&
              offsetof(UtilizationRow, sm) == 12 && offsetof(UtilizationRow, jpeg) == 28 &&
              offsetof(UtilizationRow, ofa) == 32);

struct UtilizationList {
  std::uint32_t version{};
  std::uint32_t count{};
  std::uint64_t since{};
  UtilizationRow* rows{};
};
static_assert(sizeof(UtilizationList) == 24 && offsetof(UtilizationList, count) == 4 &&
              offsetof(UtilizationList, since) == 8 && offsetof(UtilizationList, rows) == 16 &&
              version_word(sizeof(UtilizationList), 1) == 0x01000018);

/// The process list that tells protected memory; its rows are `ProcessRow`.
struct ProcessDetailList {
  std::uint32_t version{};
  std::uint32_t mode{};
  std::uint32_t count{};
  ProcessRow* rows{};
};
static_assert(sizeof(ProcessDetailList) == 24 && offsetof(ProcessDetailList, mode) == 4 &&
              offsetof(ProcessDetailList, count) == 8 && offsetof(ProcessDetailList, rows) == 16 &&
              version_word(sizeof(ProcessDetailList), 1) == 0x01000018);

/// What the driver's accounting knows of one process. Times in milliseconds and microseconds.
struct AccountingStats {
  std::uint32_t gpu{};
  std::uint32_t memory{};
  std::uint64_t most_memory{};
  std::uint64_t time{};
  std::uint64_t start{};
  std::uint32_t is_running{};
  std::array<std::uint32_t, 5> reserved{};
};
static_assert(sizeof(AccountingStats) == 56 && offsetof(AccountingStats, most_memory) == 8 &&
              offsetof(AccountingStats, time) == 16 && offsetof(AccountingStats, start) == 24 &&
              offsetof(AccountingStats, is_running) == 32);

/// Values of the library's enumerations.
namespace kind {
inline constexpr std::uint32_t field_link_replay = 161;
inline constexpr std::uint32_t field_link_recovery = 162;
inline constexpr std::uint32_t field_link_crc = 163;
inline constexpr std::uint32_t field_link_speed = 164;
inline constexpr std::uint32_t field_link_state = 165;
inline constexpr std::uint32_t field_link_transmit_kib = 138;
inline constexpr std::uint32_t field_link_receive_kib = 139;
inline constexpr std::uint32_t field_link_transmit_bytes = 202;
inline constexpr std::uint32_t field_link_receive_bytes = 204;
inline constexpr std::uint32_t field_link_recoveries = 215;
inline constexpr std::uint32_t link_error_replay = 0;
inline constexpr std::uint32_t link_error_recovery = 1;
inline constexpr std::uint32_t link_error_crc_flit = 2;
inline constexpr std::uint32_t link_error_crc_data = 3;
inline constexpr std::uint32_t link_to_gpu = 0;
inline constexpr std::uint32_t link_to_npu = 1;
inline constexpr std::uint32_t link_to_switch = 2;
inline constexpr std::uint32_t processes_of_compute = 0;
inline constexpr std::uint32_t processes_of_all = 3;
inline constexpr std::uint64_t event_single_bit = 0x1;
inline constexpr std::uint64_t event_double_bit = 0x2;
inline constexpr std::uint64_t event_xid = 0x8;
inline constexpr std::uint64_t event_mig = 0x100;
}  // namespace kind

}  // namespace gander::driver::nvml
