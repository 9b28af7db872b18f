// SPDX-License-Identifier: Apache-2.0
// The part of NVML's binary interface that gander uses, in our own declarations: the build needs no
// vendor header. Layouts are those of LP64 systems; it knows nothing of how they are used.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace gander::driver::nvml {

/// What every function of the library gives back; return_code.hpp names the values.
using Code = int;

/// A function of the library. All of them give back a code.
template <class... Parameters>
using Function = Code (*)(Parameters...);

/// The library's handle of a device; opaque, and null until the device was attached.
struct Opaque;
using Handle = Opaque*;

/// First word of a structure that carries its version.
constexpr std::uint32_t version_word(std::size_t size, std::uint32_t version) {
  return static_cast<std::uint32_t>(size) | (version << 24U);
}

/// What `*_v3` of the PCI call writes.
struct PciInfo {
  std::array<char, 16> bus_id_legacy{};
  std::uint32_t domain{};
  std::uint32_t bus{};
  std::uint32_t device{};
  std::uint32_t device_id{};
  std::uint32_t subsystem_id{};
  std::array<char, 32> bus_id{};
};
static_assert(sizeof(PciInfo) == 68 && offsetof(PciInfo, domain) == 16 &&
              offsetof(PciInfo, subsystem_id) == 32 && offsetof(PciInfo, bus_id) == 36);

struct Utilization {
  std::uint32_t gpu{};
  std::uint32_t memory{};
};
static_assert(sizeof(Utilization) == 8 && offsetof(Utilization, memory) == 4);

/// Version 1; `used` includes what the driver reserves.
struct Memory {
  std::uint64_t total{};
  std::uint64_t free{};
  std::uint64_t used{};
};
static_assert(sizeof(Memory) == 24 && offsetof(Memory, free) == 8 && offsetof(Memory, used) == 16);

/// Version 2; `used` excludes `reserved`.
struct MemoryV2 {
  std::uint32_t version{};
  std::uint64_t total{};
  std::uint64_t reserved{};
  std::uint64_t free{};
  std::uint64_t used{};
};
static_assert(sizeof(MemoryV2) == 40 && offsetof(MemoryV2, total) == 8 &&
              offsetof(MemoryV2, reserved) == 16 && offsetof(MemoryV2, free) == 24 &&
              offsetof(MemoryV2, used) == 32 && version_word(sizeof(MemoryV2), 2) == 0x02000028);

struct Bar1Memory {
  std::uint64_t total{};
  std::uint64_t free{};
  std::uint64_t used{};
};
static_assert(sizeof(Bar1Memory) == 24 && offsetof(Bar1Memory, used) == 16);

struct TemperatureV1 {
  std::uint32_t version{};
  std::uint32_t sensor{};
  std::int32_t temperature{};
};
static_assert(sizeof(TemperatureV1) == 12 && offsetof(TemperatureV1, sensor) == 4 &&
              offsetof(TemperatureV1, temperature) == 8 &&
              version_word(sizeof(TemperatureV1), 1) == 0x0100000c);

/// Degrees until the device slows down; may be negative.
struct MarginTemperature {
  std::uint32_t version{};
  std::int32_t margin{};
};
static_assert(sizeof(MarginTemperature) == 8 && offsetof(MarginTemperature, margin) == 4 &&
              version_word(sizeof(MarginTemperature), 1) == 0x01000008);

struct FanRotation {
  std::uint32_t version{};
  std::uint32_t fan{};
  std::uint32_t rotation{};
};
static_assert(sizeof(FanRotation) == 12 && offsetof(FanRotation, fan) == 4 &&
              offsetof(FanRotation, rotation) == 8 &&
              version_word(sizeof(FanRotation), 1) == 0x0100000c);

/// Version 2, which carries no version.
struct RemappedRows {
  std::uint32_t corrected{};
  std::uint32_t corrected_inactive{};
  std::uint32_t uncorrected{};
  std::uint32_t uncorrected_inactive{};
  std::uint32_t pending{};
  std::uint32_t failed{};
};
static_assert(sizeof(RemappedRows) == 24 && offsetof(RemappedRows, uncorrected) == 8 &&
              offsetof(RemappedRows, pending) == 16 && offsetof(RemappedRows, failed) == 20);

/// One row of a process list in the widest form; shorter forms are prefixes of it: 16 bytes up to
/// `used_memory`, 24 up to `compute_instance`.
struct ProcessRow {
  std::uint32_t pid{};
  std::uint64_t used_memory{};
  std::uint32_t gpu_instance{};
  std::uint32_t compute_instance{};
  std::uint64_t protected_memory{};
};
static_assert(sizeof(ProcessRow) == 32 && offsetof(ProcessRow, used_memory) == 8 &&
              offsetof(ProcessRow, gpu_instance) == 16 &&
              offsetof(ProcessRow, compute_instance) == 20 &&
              offsetof(ProcessRow, protected_memory) == 24);

/// What one process did on one device since a moment. The stamp is microseconds of CLOCK_REALTIME.
struct UtilizationSample {
  std::uint32_t pid{};
  std::uint64_t stamp{};
  std::uint32_t sm{};
  std::uint32_t memory{};
  std::uint32_t encoder{};
  std::uint32_t decoder{};
};
static_assert(sizeof(UtilizationSample) == 32 && offsetof(UtilizationSample, stamp) == 8 &&
              offsetof(UtilizationSample, sm) == 16 && offsetof(UtilizationSample, decoder) == 28);

/// One entry of the batch call; `value` holds what `type` says.
struct FieldValue {
  std::uint32_t field{};
  std::uint32_t scope{};
  std::int64_t stamp{};
  std::int64_t latency{};
  std::uint32_t type{};
  Code code{};
  std::array<std::byte, 8> value{};
};
static_assert(sizeof(FieldValue) == 40 && offsetof(FieldValue, stamp) == 8 &&
              offsetof(FieldValue, latency) == 16 && offsetof(FieldValue, type) == 24 &&
              offsetof(FieldValue, code) == 28 && offsetof(FieldValue, value) == 32);

/// Values of the library's enumerations.
namespace kind {
inline constexpr std::uint32_t clock_graphics = 0;
inline constexpr std::uint32_t clock_sm = 1;
inline constexpr std::uint32_t clock_memory = 2;
inline constexpr std::uint32_t clock_video = 3;
inline constexpr std::uint32_t threshold_shutdown = 0;
inline constexpr std::uint32_t threshold_slowdown = 1;
inline constexpr std::uint32_t threshold_memory_maximum = 2;
inline constexpr std::uint32_t threshold_gpu_maximum = 3;
inline constexpr std::uint32_t ecc_corrected = 0;
inline constexpr std::uint32_t ecc_uncorrected = 1;
inline constexpr std::uint32_t ecc_volatile = 0;
inline constexpr std::uint32_t ecc_aggregate = 1;
inline constexpr std::uint32_t location_l1_cache = 0;
inline constexpr std::uint32_t location_l2_cache = 1;
inline constexpr std::uint32_t location_dram = 2;
inline constexpr std::uint32_t location_register_file = 3;
inline constexpr std::uint32_t location_texture = 4;
inline constexpr std::uint32_t location_sram = 7;
inline constexpr std::uint32_t retired_for_corrected = 0;
inline constexpr std::uint32_t retired_for_uncorrected = 1;
inline constexpr std::uint32_t pcie_transmit = 0;
inline constexpr std::uint32_t pcie_receive = 1;
inline constexpr std::uint32_t field_type_double = 0;
inline constexpr std::uint32_t field_type_unsigned = 1;
inline constexpr std::uint32_t field_type_unsigned_long = 2;
inline constexpr std::uint32_t field_type_unsigned_long_long = 3;
inline constexpr std::uint32_t field_type_long_long = 4;
inline constexpr std::uint32_t field_type_int = 5;
inline constexpr std::uint32_t field_type_unsigned_short = 6;
}  // namespace kind

/// What the library writes where a process or instance has no such id.
inline constexpr std::uint32_t no_instance = 0xffffffffU;

}  // namespace gander::driver::nvml
