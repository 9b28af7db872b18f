// SPDX-License-Identifier: Apache-2.0
// NVLink: which links there are, what they carry, and what is at their other end.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <iterator>

#include "sim/nvml/abi_wiring.hpp"
#include "sim/nvml/wiring.hpp"

namespace gander::sim::nvml {
namespace {

/// Kinds of the other end, in the driver's numbers.
enum RemoteType : u32 { type_gpu = 0, type_switch = 2, type_unknown = 0xff };

/// Switches of the usual server stand from here on, one bus each.
constexpr u32 first_switch_bus = 0x05;
constexpr u32 switch_device_id = 0x22a310de;
constexpr u32 usual_switches = 4;

/// Bus of a switch: one on which no GPU stands.
u32 find_switch_bus(const State& state, u32 place) {
  const std::size_t count = std::min<std::size_t>(live(state.gpu_count), max_gpus);
  for (u32 bus = first_switch_bus;; ++bus) {
    const bool is_taken =
        std::any_of(state.gpus.begin(), state.gpus.begin() + static_cast<std::ptrdiff_t>(count),
                    [bus](const Gpu& gpu) { return gpu.pci_domain == 0 && gpu.pci_bus == bus; });
    if (!is_taken && place-- == 0) return bus;
  }
}

/// Where the other end of a link is on PCI.
struct FarEnd {
  u32 domain, bus, device, device_id;
};

Return find_far_end(const Target& t, u32 link, FarEnd& end) {
  if (const Return code = check_nvlink(t, link)) return code;
  if (!is_active(t, link)) return not_supported;
  const Wiring& wiring = t.gpu.wiring;
  if (wiring.link_remote == remote_switch) {
    const u32 count = wiring.switches == 0 ? usual_switches : wiring.switches;
    end = {0, find_switch_bus(t.state, link % count), 0, switch_device_id};
    return success;
  }
  const u32 peer = wiring.peers[link];
  if (wiring.link_remote != remote_gpu || peer == 0 || peer > t.state.gpu_count)
    return not_supported;
  const Gpu& gpu = t.state.gpus[peer - 1];
  end = {gpu.pci_domain, gpu.pci_bus, gpu.pci_device, gpu.pci_device_id};
  return success;
}

template <class Pci>
void fill_numbers(const FarEnd& end, Pci& pci) {
  pci = Pci{};
  pci.domain = end.domain;
  pci.bus = end.bus;
  pci.device = end.device;
  pci.pci_device_id = end.device_id;
}

Return put_remote(const Target& t, u32 link, PciInfo* pci) {
  FarEnd end{};
  if (pci == nullptr) return invalid_argument;
  if (const Return code = find_far_end(t, link, end)) return code;
  fill_numbers(end, *pci);
  std::snprintf(pci->bus_id_legacy, sizeof pci->bus_id_legacy, "%04X:%02X:%02X.0",
                end.domain & 0xffffU, end.bus & 0xffU, end.device & 0xffU);
  std::snprintf(pci->bus_id, sizeof pci->bus_id, "%08X:%02X:%02X.0", end.domain, end.bus & 0xffU,
                end.device & 0xffU);
  return success;
}

Return put_legacy_remote(const Target& t, u32 link, PciInfoLegacy* pci) {
  FarEnd end{};
  if (pci == nullptr) return invalid_argument;
  if (const Return code = find_far_end(t, link, end)) return code;
  fill_numbers(end, *pci);
  std::snprintf(pci->bus_id, sizeof pci->bus_id, "%04X:%02X:%02X.0", end.domain & 0xffffU,
                end.bus & 0xffU, end.device & 0xffU);
  return success;
}

Return put_remote_type(const Target& t, u32 link, u32* type) {
  if (const Return code = check_nvlink(t, link)) return code;
  const u32 remote = is_active(t, link) ? t.gpu.wiring.link_remote : u32{remote_none};
  if (remote == remote_switch) return put(type, u32{type_switch});
  return put(type, remote == remote_gpu ? u32{type_gpu} : u32{type_unknown});
}

/// Capabilities: access to peers (0) and host memory (1), atomics on both (2, 3), SLI (4), valid
/// (5).
Return put_capability(const Target& t, u32 link, u32 capability, u32* has) {
  if (capability > 5) return invalid_argument;
  if (const Return code = check_nvlink(t, link)) return code;
  const bool is_on_peers = capability == 0 || capability == 2;
  return put(has, is_active(t, link) && (is_on_peers || capability == 5) ? 1 : 0);
}

/// Counters: 0 replays, 1 recoveries, 2 and 3 checksums of flits and data, 4 memory errors.
Return put_error_count(const Target& t, u32 link, u32 counter, u64* count) {
  if (counter > 4) return invalid_argument;
  if (const Return code = check_nvlink(t, link)) return code;
  const Wiring& wiring = t.gpu.wiring;
  const u32 all[] = {wiring.link_replays, wiring.link_recoveries, wiring.link_crc_errors, 0, 0};
  return put(count, link_errors(t, link, all[counter]));
}

}  // namespace

Return check_nvlink(const Target& t, u32 link) {
  if (t.lacks(feature_nvlink) || t.gpu.link_count == 0) return not_supported;
  return link >= std::min<u32>(t.gpu.link_count, max_links) ? invalid_argument : success;
}

bool is_active(const Target& t, u32 link) { return (t.gpu.link_active_mask >> link & 1U) != 0; }

double link_count(const Target& t, Counter counter, u32 link) {
  const double all = count_at(t.gpu, counter, t.t_ns);
  if (link == all_links) return all;
  const int active = std::popcount(t.gpu.link_active_mask);
  return active == 0 || !is_active(t, link) ? 0 : all / active;
}

u32 link_errors(const Target& t, u32 link, u32 all) {
  const int first = std::countr_zero(t.gpu.link_active_mask);
  return link == all_links || static_cast<int>(link) == first ? all : 0;
}

u32 link_version_number(const Target& t) {
  constexpr u32 numbers[] = {0, 1, 2, 4, 6, 7, 8};
  return numbers[std::min<u32>(t.gpu.link_version, std::size(numbers) - 1)];
}

u32 link_speed(const Target& t) {
  constexpr u32 speeds[] = {0, 20'000, 25'781, 25'000, 26'562, 53'125};
  return speeds[std::min<u32>(t.gpu.link_version, std::size(speeds) - 1)];
}

extern "C" {

Return nvmlDeviceGetNvLinkState(Device device, u32 link, u32* active) {
  return on_board<"nvmlDeviceGetNvLinkState">(device, [&](const Target& t) {
    if (const Return code = check_nvlink(t, link)) return code;
    return put(active, is_active(t, link) ? 1 : 0);
  });
}

Return nvmlDeviceGetNvLinkVersion(Device device, u32 link, u32* version) {
  return on_board<"nvmlDeviceGetNvLinkVersion">(device, [&](const Target& t) {
    if (const Return code = check_nvlink(t, link)) return code;
    return put(version, link_version_number(t));
  });
}

Return nvmlDeviceGetNvLinkCapability(Device device, u32 link, u32 capability, u32* has) {
  return on_board<"nvmlDeviceGetNvLinkCapability">(
      device, [&](const Target& t) { return put_capability(t, link, capability, has); });
}

Return nvmlDeviceGetNvLinkRemotePciInfo(Device device, u32 link, PciInfoLegacy* pci) {
  return on_board<"nvmlDeviceGetNvLinkRemotePciInfo">(
      device, [&](const Target& t) { return put_legacy_remote(t, link, pci); });
}

Return nvmlDeviceGetNvLinkRemotePciInfo_v2(Device device, u32 link, PciInfo* pci) {
  return on_board<"nvmlDeviceGetNvLinkRemotePciInfo_v2">(
      device, [&](const Target& t) { return put_remote(t, link, pci); });
}

Return nvmlDeviceGetNvLinkRemoteDeviceType(Device device, u32 link, u32* type) {
  return on_board<"nvmlDeviceGetNvLinkRemoteDeviceType">(
      device, [&](const Target& t) { return put_remote_type(t, link, type); });
}

Return nvmlDeviceGetNvLinkErrorCounter(Device device, u32 link, u32 counter, u64* count) {
  return on_board<"nvmlDeviceGetNvLinkErrorCounter">(
      device, [&](const Target& t) { return put_error_count(t, link, counter, count); });
}

Return nvmlDeviceGetC2cModeInfoV(Device device, C2cMode* mode) {
  return on_board<"nvmlDeviceGetC2cModeInfoV">(device, [&](const Target& t) {
    if (mode == nullptr) return invalid_argument;
    // A chip-to-chip link is what makes device memory a node of the host.
    return put(&mode->is_enabled, t.gpu.wiring.memory_node != 0 ? 1 : 0);
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
