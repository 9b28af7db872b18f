// SPDX-License-Identifier: Apache-2.0
// Where a GPU stands among others: paths, direct access, near processors and memory, fabric.
#include <algorithm>
#include <cstring>

#include "sim/nvml/abi_wiring.hpp"
#include "sim/nvml/wiring.hpp"

namespace gander::sim::nvml {
namespace {

constexpr u32 hopper = 9;

/// The driver's numbers of paths, from near to far.
enum Level : u32 {
  level_internal = 0,
  level_single = 10,
  level_multiple = 20,
  level_bridge = 30,
  level_node = 40,
  level_system = 50,
};

Level path_between(const State& state, std::size_t a, std::size_t b) {
  if (a == b) return level_internal;
  const Wiring& one = state.gpus[a].wiring;
  const Wiring& other = state.gpus[b].wiring;
  const auto shares = [](u32 mine, u32 its) { return mine != 0 && mine == its; };
  if (shares(one.pcie_switch, other.pcie_switch)) return level_single;
  if (shares(one.pcie_root, other.pcie_root))
    return one.pcie_switch != 0 && other.pcie_switch != 0 ? level_multiple : level_bridge;
  const bool is_far = one.host_node != other.host_node;
  return is_far ? level_system : level_node;
}

bool has_links(const Gpu& gpu) {
  return (gpu.unsupported >> feature_nvlink & 1U) == 0 && gpu.link_count > 0 &&
         gpu.link_active_mask != 0;
}

/// Whether links lead from one GPU to the other, directly or through switches.
bool are_linked(const State& state, std::size_t a, std::size_t b) {
  const Gpu& one = state.gpus[a];
  const Gpu& other = state.gpus[b];
  if (!has_links(one) || !has_links(other)) return false;
  if (one.wiring.link_remote == remote_switch) return other.wiring.link_remote == remote_switch;
  const auto& peers = one.wiring.peers;
  return one.wiring.link_remote == remote_gpu &&
         std::find(peers.begin(), peers.end(), static_cast<u32>(b) + 1) != peers.end();
}

/// What a program may do with the other GPU's memory; the driver's numbers.
enum P2p : u32 { p2p_ok = 0, p2p_topology = 3, p2p_unsupported = 5 };

/// index: 0 read, 1 write, 2 links, 3 atomics, 4 PCIe.
P2p access_between(const State& state, std::pair<std::size_t, std::size_t> pair, u32 index) {
  const bool linked = are_linked(state, pair.first, pair.second);
  const bool is_near = path_between(state, pair.first, pair.second) <= level_bridge;
  if (index == 2 || index == 3) return linked ? p2p_ok : p2p_unsupported;
  if (index == 4) return is_near ? p2p_ok : p2p_topology;
  return linked || is_near ? p2p_ok : p2p_topology;
}

/// The second device of a call about two: a whole GPU, another's or the same.
Return find_other(const Target& t, Device device, std::size_t& other) {
  Place place{0, -1};
  if (const Return code = read_handle(t.state, device, place)) return code;
  if (t.lacks(feature_topology) || place.slot >= 0) return not_supported;
  other = place.gpu;
  return success;
}

/// Room for devices, and where their number goes.
struct Room {
  u32* count;
  u32 capacity;
  Device* devices;
};

Return put_nearest(const Target& t, u32 level, Room room) {
  if (room.count == nullptr || level > level_system) return invalid_argument;
  if (t.lacks(feature_topology)) return not_supported;
  u32 found = 0;
  for (std::size_t gpu = 0; gpu < std::min<std::size_t>(t.state.gpu_count, max_gpus); ++gpu) {
    if (gpu == t.place.gpu || !is_present(t.state, gpu)) continue;
    if (path_between(t.state, t.place.gpu, gpu) != level) continue;
    if (room.devices != nullptr && found < room.capacity)
      room.devices[found] = make_handle(t.state, {gpu, -1});
    ++found;
  }
  *room.count = found;
  return success;
}

struct Words {
  u32 count;
  unsigned long* at;
};

/// Bits of near processors, in as many words as the caller has.
Return put_cpus(const Target& t, Words words) {
  if (words.at == nullptr || words.count == 0) return invalid_argument;
  const auto& cpus = t.gpu.wiring.cpus;
  const bool is_known = std::any_of(cpus.begin(), cpus.end(), [](auto word) { return word != 0; });
  if (!is_known || t.lacks(feature_topology)) return not_supported;
  for (u32 i = 0; i < words.count; ++i) words.at[i] = i < cpu_words ? cpus[i] : 0;
  return success;
}

Return put_nodes(const Target& t, Words words) {
  if (words.at == nullptr || words.count == 0) return invalid_argument;
  const u32 node = t.gpu.wiring.host_node;
  if (node == 0 || t.lacks(feature_topology)) return not_supported;
  for (u32 i = 0; i < words.count; ++i)
    words.at[i] = (node - 1) / 64 == i ? 1UL << ((node - 1) % 64) : 0;
  return success;
}

/// Health of the fabric: two bits each for degraded bandwidth, route recovery, unhealthy routes and
/// access timeouts (2: no), a number for wrong configuration (1: none), two bits for membership.
constexpr u32 all_well = 2U | 2U << 2U | 2U << 4U | 2U << 6U | 1U << 8U | 1U << 12U;

u32 fabric_health(const Gpu& gpu) {
  return gpu.wiring.fabric_health == 0 ? all_well : gpu.wiring.fabric_health;
}

/// 1 healthy, 2 unhealthy, 3 limited capacity.
unsigned char summarize(u32 health) {
  const auto is_true = [&](u32 shift) { return (health >> shift & 3U) == 1; };
  const bool is_broken = is_true(2) || is_true(4) || is_true(6) || (health >> 8U & 15U) > 1;
  if (is_broken) return 2;
  return is_true(0) ? 3 : 1;
}

Return fill_fabric(const Target& t, auto& info) {
  if (t.gpu.architecture < hopper || t.lacks(feature_fabric)) return not_supported;
  const Wiring& wiring = t.gpu.wiring;
  std::memcpy(info.cluster, wiring.fabric_cluster.data(), sizeof info.cluster);
  info.status = success;
  info.clique = wiring.fabric_clique;
  info.state = wiring.fabric_state;
  return success;
}

/// The third layout came with branch 580; the two differ by one byte at the end.
Return put_versioned_fabric(const Target& t, FabricInfoV3* info) {
  if (info == nullptr) return invalid_argument;
  const u32 branch = t.state.driver.branch_major;
  const bool is_third = info->version == version_word<FabricInfoV3>(3);
  const bool knows_third = branch == 0 || branch >= 580;
  if (!(is_third && knows_third) && info->version != version_word<FabricInfoV2>(2))
    return argument_version_mismatch;
  FabricInfoV3 full{};
  if (const Return code = fill_fabric(t, full)) return code;
  full.version = info->version;
  if (full.state != 0) full.health = fabric_health(t.gpu);
  if (full.state != 0) full.summary = summarize(full.health);
  std::memcpy(static_cast<void*>(info), &full,
              is_third ? sizeof(FabricInfoV3) : sizeof(FabricInfoV2));
  return success;
}

}  // namespace

extern "C" {

Return nvmlDeviceGetTopologyCommonAncestor(Device device, Device other, u32* level) {
  return on_board<"nvmlDeviceGetTopologyCommonAncestor">(device, [&](const Target& t) {
    std::size_t gpu = 0;
    if (level == nullptr) return invalid_argument;
    if (const Return code = find_other(t, other, gpu)) return code;
    return put(level, path_between(t.state, t.place.gpu, gpu));
  });
}

Return nvmlDeviceGetTopologyNearestGpus(Device device, u32 level, u32* count, Device* devices) {
  const Room room{count, count == nullptr ? 0 : *count, devices};
  return on_board<"nvmlDeviceGetTopologyNearestGpus">(
      device, [&](const Target& t) { return put_nearest(t, level, room); });
}

Return nvmlDeviceGetP2PStatus(Device device, Device other, u32 index, u32* status) {
  return on_board<"nvmlDeviceGetP2PStatus">(device, [&](const Target& t) {
    std::size_t gpu = 0;
    if (status == nullptr || index > 4) return invalid_argument;
    if (const Return code = find_other(t, other, gpu)) return code;
    if (gpu == t.place.gpu) return invalid_argument;
    return put(status, access_between(t.state, {t.place.gpu, gpu}, index));
  });
}

Return nvmlDeviceGetCpuAffinity(Device device, u32 count, unsigned long* words) {
  return on_board<"nvmlDeviceGetCpuAffinity">(
      device, [&](const Target& t) { return put_cpus(t, {count, words}); });
}

Return nvmlDeviceGetCpuAffinityWithinScope(Device device, u32 count, unsigned long* words,
                                           u32 scope) {
  return on_board<"nvmlDeviceGetCpuAffinityWithinScope">(device, [&](const Target& t) {
    return scope > 1 ? invalid_argument : put_cpus(t, {count, words});
  });
}

Return nvmlDeviceGetMemoryAffinity(Device device, u32 count, unsigned long* words, u32 scope) {
  return on_board<"nvmlDeviceGetMemoryAffinity">(device, [&](const Target& t) {
    return scope > 1 ? invalid_argument : put_nodes(t, {count, words});
  });
}

Return nvmlDeviceGetNumaNodeId(Device device, u32* node) {
  return on_board<"nvmlDeviceGetNumaNodeId">(device, [&](const Target& t) {
    const u32 own = t.gpu.wiring.memory_node;
    return own == 0 ? not_supported : put(node, own - 1);
  });
}

Return nvmlDeviceGetGpuFabricInfo(Device device, FabricInfo* info) {
  return on_board<"nvmlDeviceGetGpuFabricInfo">(device, [&](const Target& t) {
    return info == nullptr ? invalid_argument : fill_fabric(t, *info);
  });
}

Return nvmlDeviceGetGpuFabricInfoV(Device device, FabricInfoV3* info) {
  return on_board<"nvmlDeviceGetGpuFabricInfoV">(
      device, [&](const Target& t) { return put_versioned_fabric(t, info); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
