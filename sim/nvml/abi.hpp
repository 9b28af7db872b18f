// SPDX-License-Identifier: Apache-2.0
// The driver's binary interface as the simulated library speaks it: written from the documented
// layouts for LP64, on purpose not shared with the reader in driver/nvml, so that one mistake
// cannot hide on both sides. Sizes are proved here, offsets in abi_test.cpp.
#pragma once

#include <cstdint>

namespace gander::sim::nvml {

using u32 = std::uint32_t;
using u64 = unsigned long long;

/// Opaque handles; ours are numbers in disguise and are never dereferenced.
using Device = struct DeviceTag*;
using EventSet = struct EventSetTag*;

/// nvmlReturn_t is an int-sized enum.
enum Return : int {
  success = 0,
  uninitialized = 1,
  invalid_argument = 2,
  not_supported = 3,
  no_permission = 4,
  not_found = 6,
  insufficient_size = 7,
  driver_not_loaded = 9,
  timeout = 10,
  function_not_found = 13,
  gpu_is_lost = 15,
  reset_required = 16,
  version_mismatch_driver = 18,
  out_of_memory = 20,
  argument_version_mismatch = 25,
  deprecated = 26,
};

/// Version word of a struct: its size and version number in one.
template <class T>
constexpr u32 version_word(u32 number) {
  return static_cast<u32>(sizeof(T)) | number << 24U;
}

inline constexpr u32 no_instance = 0xFFFFFFFF;
inline constexpr u64 value_not_available = ~0ULL;

struct PciInfo {
  char bus_id_legacy[16];
  u32 domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
};
struct PciInfoLegacy {
  char bus_id[16];
  u32 domain, bus, device, pci_device_id, pci_subsystem_id;
  u32 reserved[4];
};
struct Utilization {
  u32 gpu, memory;
};
struct Memory {
  u64 total, free, used;
};
struct MemoryV2 {
  u32 version;
  u64 total, reserved, free, used;
};
struct Bar1Memory {
  u64 total, free, used;
};
struct ConfComputeMemory {
  u64 protected_kib, unprotected_kib;
};
struct ConfComputeState {
  u32 environment, feature, dev_tools;
};
struct ProcessInfoV1 {
  u32 pid;
  u64 memory;
};
struct ProcessInfoV2 {
  u32 pid;
  u64 memory;
  u32 gpu_instance, compute_instance;
};
struct ProcessDetail {
  u32 pid;
  u64 memory;
  u32 gpu_instance, compute_instance;
  u64 protected_memory;
};
struct ProcessDetailList {
  u32 version, mode, count;
  ProcessDetail* rows;
};
struct ProcessSample {
  u32 pid;
  u64 time_us;
  u32 sm, memory, encoder, decoder;
};
struct ProcessUtilization {
  u64 time_us;
  u32 pid, sm, memory, encoder, decoder, jpeg, ofa;
};
struct ProcessesUtilization {
  u32 version, count;
  u64 last_seen_us;
  ProcessUtilization* rows;
};
struct TemperatureV1 {
  u32 version, sensor;
  int temperature;
};
struct DriverBranchV1 {
  u32 version;
  char branch[80];
};
union Value {
  double as_double;
  int as_int;
  u32 as_u32;
  unsigned long as_ulong;
  u64 as_u64;
  long long as_i64;
  unsigned short as_u16;
};
struct FieldValue {
  u32 field, scope;
  long long time_us, latency_us;
  u32 type;
  Return code;
  Value value;
};
struct Attributes {
  u32 multiprocessors, copy_engines, decoders, encoders, jpegs, ofas;
  u32 gpu_slices, compute_slices;
  u64 memory_mb;
};
/// What the unsuffixed nvmlDeviceGetAttributes writes.
struct AttributesV1 {
  u32 multiprocessors, copy_engines, decoders, encoders, jpegs, ofas;
};
struct EventData {
  Device device;
  u64 type, data;
  u32 gpu_instance, compute_instance;
};
/// What the unsuffixed nvmlEventSetWait writes.
struct EventDataLegacy {
  Device device;
  u64 type, data;
};

static_assert(sizeof(Return) == 4 && sizeof(Device) == 8 && sizeof(Value) == 8);
static_assert(sizeof(PciInfo) == 68 && sizeof(PciInfoLegacy) == 52);
static_assert(sizeof(Utilization) == 8 && sizeof(Bar1Memory) == 24);
static_assert(sizeof(Memory) == 24 && version_word<MemoryV2>(2) == 0x02000028);
static_assert(sizeof(ConfComputeMemory) == 16 && sizeof(ConfComputeState) == 12);
static_assert(sizeof(ProcessInfoV1) == 16 && sizeof(ProcessInfoV2) == 24);
static_assert(sizeof(ProcessDetail) == 32 && version_word<ProcessDetailList>(1) == 0x01000018);
static_assert(sizeof(ProcessSample) == 32 && sizeof(ProcessUtilization) == 40);
static_assert(version_word<ProcessesUtilization>(1) == 0x01000018);
static_assert(version_word<TemperatureV1>(1) == 0x0100000c);
static_assert(version_word<DriverBranchV1>(1) == 0x01000054);
static_assert(sizeof(FieldValue) == 40 && sizeof(EventData) == 32);
static_assert(sizeof(EventDataLegacy) == 24);
static_assert(sizeof(Attributes) == 40 && sizeof(AttributesV1) == 24);

}  // namespace gander::sim::nvml
