// SPDX-License-Identifier: Apache-2.0
// What a device is: names, numbers, address, and the modes it is set to.
#include <cstdio>

#include "sim/nvml/abi_health.hpp"
#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

/// Where a caller wants a text, and how many bytes there are.
struct Space {
  char* to;
  u32 length;
};

template <std::size_t N>
Return put_optional(const Target& t, Feature feature, const Text<N>& from, Space space) {
  if (t.lacks(feature) || from[0] == '\0') return not_supported;
  return put_text(from.data(), space.to, space.length);
}

void fill_numbers(const Gpu& gpu, auto& pci) {
  pci.domain = gpu.pci_domain;
  pci.bus = gpu.pci_bus;
  pci.device = gpu.pci_device;
  pci.pci_device_id = gpu.pci_device_id;
  pci.pci_subsystem_id = gpu.pci_subsystem_id;
}

template <std::size_t N>
void print_legacy_address(const Gpu& gpu, char (&to)[N]) {
  std::snprintf(to, N, "%04X:%02X:%02X.0", gpu.pci_domain & 0xffffU, gpu.pci_bus & 0xffU,
                gpu.pci_device & 0xffU);
}

Return put_pci(const Target& t, PciInfo* pci) {
  if (pci == nullptr) return invalid_argument;
  *pci = PciInfo{};
  print_legacy_address(t.gpu, pci->bus_id_legacy);
  std::snprintf(pci->bus_id, sizeof pci->bus_id, "%08X:%02X:%02X.0", t.gpu.pci_domain,
                t.gpu.pci_bus & 0xffU, t.gpu.pci_device & 0xffU);
  fill_numbers(t.gpu, *pci);
  return success;
}

Return put_legacy_pci(const Target& t, PciInfoLegacy* pci) {
  if (pci == nullptr) return invalid_argument;
  *pci = PciInfoLegacy{};
  print_legacy_address(t.gpu, pci->bus_id);
  fill_numbers(t.gpu, *pci);
  return success;
}

/// A mode that has a current and a pending value.
Return put_pair(u32* current, u32* pending, u32 now, u32 next) {
  if (current == nullptr || pending == nullptr) return invalid_argument;
  *current = now;
  *pending = next;
  return success;
}

constexpr u32 turing = 6;

/// The firmware runs on boards since Turing; it comes with the driver and has its version.
bool has_gsp(const Gpu& gpu) { return gpu.gsp == 0 ? gpu.architecture >= turing : gpu.gsp == 1; }

}  // namespace

extern "C" {

Return nvmlDeviceGetIndex(Device device, u32* index) {
  return on_device<"nvmlDeviceGetIndex">(device, [&](const Target& t) {
    return put(index, t.is_mig() ? static_cast<std::size_t>(t.place.slot)
                                 : index_of_place(t.state, t.place.gpu));
  });
}

Return nvmlDeviceGetMinorNumber(Device device, u32* minor) {
  return on_board<"nvmlDeviceGetMinorNumber">(
      device, [&](const Target& t) { return t.put(feature_minor, minor, t.gpu.minor); });
}

Return nvmlDeviceGetName(Device device, char* name, u32 length) {
  return on_device<"nvmlDeviceGetName">(device, [&](const Target& t) {
    return put_text(t.is_mig() ? t.mig().name.data() : t.gpu.name.data(), name, length);
  });
}

Return nvmlDeviceGetUUID(Device device, char* uuid, u32 length) {
  return on_device<"nvmlDeviceGetUUID">(device, [&](const Target& t) {
    return put_optional(t, feature_uuid, t.is_mig() ? t.mig().uuid : t.gpu.uuid, {uuid, length});
  });
}

Return nvmlDeviceGetSerial(Device device, char* serial, u32 length) {
  return on_board<"nvmlDeviceGetSerial">(device, [&](const Target& t) {
    return put_optional(t, feature_serial, t.gpu.serial, {serial, length});
  });
}

Return nvmlDeviceGetVbiosVersion(Device device, char* version, u32 length) {
  return on_board<"nvmlDeviceGetVbiosVersion">(device, [&](const Target& t) {
    return put_optional(t, feature_vbios, t.gpu.vbios, {version, length});
  });
}

Return nvmlDeviceGetBoardPartNumber(Device device, char* number, u32 length) {
  return on_board<"nvmlDeviceGetBoardPartNumber">(device, [&](const Target& t) {
    return put_optional(t, feature_serial, t.gpu.board_part_number, {number, length});
  });
}

Return nvmlDeviceGetBoardId(Device device, u32* id) {
  return on_board<"nvmlDeviceGetBoardId">(device,
                                          [&](const Target& t) { return put(id, t.gpu.board_id); });
}

Return nvmlDeviceGetMultiGpuBoard(Device device, u32* is_multi) {
  return on_board<"nvmlDeviceGetMultiGpuBoard">(device,
                                                [&](const Target&) { return put(is_multi, 0); });
}

Return nvmlDeviceGetBrand(Device device, u32* brand) {
  return on_board<"nvmlDeviceGetBrand">(device,
                                        [&](const Target& t) { return put(brand, t.gpu.brand); });
}

Return nvmlDeviceGetArchitecture(Device device, u32* architecture) {
  return on_device<"nvmlDeviceGetArchitecture">(
      device, [&](const Target& t) { return put(architecture, t.gpu.architecture); });
}

Return nvmlDeviceGetCudaComputeCapability(Device device, int* major, int* minor) {
  return on_device<"nvmlDeviceGetCudaComputeCapability">(device, [&](const Target& t) {
    if (minor == nullptr) return invalid_argument;
    *minor = static_cast<int>(t.gpu.compute_minor);
    return put(major, t.gpu.compute_major);
  });
}

Return nvmlDeviceGetNumGpuCores(Device device, u32* cores) {
  return on_board<"nvmlDeviceGetNumGpuCores">(device, [&](const Target& t) {
    return t.gpu.cores == 0 || t.gpu.mig_mode != 0 ? not_supported : put(cores, t.gpu.cores);
  });
}

Return nvmlDeviceGetMemoryBusWidth(Device device, u32* width) {
  return on_board<"nvmlDeviceGetMemoryBusWidth">(device, [&](const Target& t) {
    return t.gpu.memory_bus_width == 0 ? not_supported : put(width, t.gpu.memory_bus_width);
  });
}

Return nvmlDeviceGetPciInfo(Device device, PciInfoLegacy* pci) {
  return on_board<"nvmlDeviceGetPciInfo">(device,
                                          [&](const Target& t) { return put_legacy_pci(t, pci); });
}

Return nvmlDeviceGetPciInfo_v2(Device device, PciInfoLegacy* pci) {
  return on_board<"nvmlDeviceGetPciInfo_v2">(
      device, [&](const Target& t) { return put_legacy_pci(t, pci); });
}

Return nvmlDeviceGetPciInfo_v3(Device device, PciInfo* pci) {
  return on_board<"nvmlDeviceGetPciInfo_v3">(device,
                                             [&](const Target& t) { return put_pci(t, pci); });
}

Return nvmlDeviceGetComputeMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetComputeMode">(device, [&](const Target& t) {
    return t.put(feature_compute_mode, mode, t.gpu.compute_mode);
  });
}

Return nvmlDeviceGetPersistenceMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetPersistenceMode">(device, [&](const Target& t) {
    return t.put(feature_persistence_mode, mode, t.gpu.persistence_mode);
  });
}

Return nvmlDeviceGetDisplayMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetDisplayMode">(device, [&](const Target& t) {
    if (is_retired_call(t)) return deprecated;
    return t.put(feature_display, mode, t.gpu.display_mode);
  });
}

Return nvmlDeviceGetDisplayActive(Device device, u32* active) {
  return on_board<"nvmlDeviceGetDisplayActive">(device, [&](const Target& t) {
    return t.put(feature_display, active, t.gpu.display_active);
  });
}

// Driver models exist on another system only; there is nothing to describe.
Return nvmlDeviceGetDriverModel(Device device, u32*, u32*) {
  return on_device<"nvmlDeviceGetDriverModel">(device, [](const Target&) { return not_supported; });
}

Return nvmlDeviceGetDriverModel_v2(Device device, u32*, u32*) {
  return on_device<"nvmlDeviceGetDriverModel_v2">(device,
                                                  [](const Target&) { return not_supported; });
}

Return nvmlDeviceGetVirtualizationMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetVirtualizationMode">(
      device, [&](const Target& t) { return put(mode, t.gpu.virtualization); });
}

Return nvmlDeviceGetAddressingMode(Device device, AddressingMode* mode) {
  return on_board<"nvmlDeviceGetAddressingMode">(device, [&](const Target& t) {
    if (mode == nullptr) return invalid_argument;
    if (!is_version(t.state, mode->version, version_word<AddressingMode>(1)))
      return argument_version_mismatch;
    return put(&mode->value, t.gpu.addressing);
  });
}

Return nvmlDeviceGetGspFirmwareMode(Device device, u32* is_enabled, u32* default_mode) {
  return on_board<"nvmlDeviceGetGspFirmwareMode">(device, [&](const Target& t) {
    if (t.gpu.architecture < turing) return not_supported;
    return put_pair(is_enabled, default_mode, has_gsp(t.gpu) ? 1 : 0, 1);
  });
}

Return nvmlDeviceGetGspFirmwareVersion(Device device, char* version) {
  return on_board<"nvmlDeviceGetGspFirmwareVersion">(device, [&](const Target& t) {
    constexpr u32 room = 64;
    return has_gsp(t.gpu) ? put_text(t.state.driver.version.data(), version, room) : not_supported;
  });
}

Return nvmlDeviceGetEccMode(Device device, u32* current, u32* pending) {
  return on_board<"nvmlDeviceGetEccMode">(device, [&](const Target& t) {
    if (t.lacks(feature_ecc)) return not_supported;
    return put_pair(current, pending, t.gpu.ecc_current, t.gpu.ecc_pending);
  });
}

Return nvmlDeviceGetMigMode(Device device, u32* current, u32* pending) {
  return on_board<"nvmlDeviceGetMigMode">(device, [&](const Target& t) {
    if (t.lacks(feature_mig)) return not_supported;
    return put_pair(current, pending, t.gpu.mig_mode, t.gpu.mig_pending);
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
