// SPDX-License-Identifier: Apache-2.0
// Writes the MIG devices of a GPU.
#include <algorithm>

#include "sim/record/record.hpp"

namespace gander::sim::record {
namespace {

using nvml::u32;

void write_slot(const Session& session, nvml::Device device, TomlWriter& out) {
  const NvmlClient& client = session.client;
  // The name ends in "MIG 1g.5gb".
  const std::string name = client.get_text("nvmlDeviceGetName", device).value_or("");
  const auto at = name.rfind("MIG ");
  out.text("profile", at == std::string::npos ? std::string{"unknown"} : name.substr(at + 4));
  if (session.options.keep_names) {
    if (const auto uuid = client.get_text("nvmlDeviceGetUUID", device)) out.text("uuid", *uuid);
  }
  if (const auto id = client.get<u32>("nvmlDeviceGetGpuInstanceId", device))
    out.number("gpu_instance", *id);
  if (const auto id = client.get<u32>("nvmlDeviceGetComputeInstanceId", device))
    out.number("compute_instance", *id);
  nvml::Attributes attributes{};
  if (client.call("nvmlDeviceGetAttributes_v2", device, &attributes) == nvml::success) {
    out.number("multiprocessors", std::max(attributes.multiprocessors, 1U));
    out.number("gpu_slices", std::clamp(attributes.gpu_slices, 1U, 8U));
    out.number("compute_slices", std::clamp(attributes.compute_slices, 1U, 8U));
  }
  nvml::MemoryV2 memory{};
  memory.version = nvml::version_word<nvml::MemoryV2>(2);
  if (client.call("nvmlDeviceGetMemoryInfo_v2", device, &memory) == nvml::success) {
    out.size("memory", memory.total);
    out.size("memory_reserved", std::min(memory.reserved, memory.total));
  } else if (const auto older = client.get<nvml::Memory>("nvmlDeviceGetMemoryInfo", device)) {
    out.size("memory", older->total);
  }
}

}  // namespace

std::vector<MigSlotFound> find_slots(const Session& session, Board& board) {
  std::vector<MigSlotFound> found;
  const auto most =
      session.client.get<u32>("nvmlDeviceGetMaxMigDeviceCount", board.device).value_or(0);
  for (u32 slot = 0; slot < std::min(most, 8U); ++slot) {
    const auto device =
        session.client.get<nvml::Device>("nvmlDeviceGetMigDeviceHandleByIndex", board.device, slot);
    if (!device) continue;
    const auto instance = session.client.get<u32>("nvmlDeviceGetGpuInstanceId", *device);
    if (instance) board.slots[*instance] = slot;
    found.push_back({slot, *device});
  }
  return found;
}

void write_mig_mode(const Session& session, const Board& board, TomlWriter& out) {
  u32 now = 0;
  u32 next = 0;
  if (session.client.call("nvmlDeviceGetMigMode", board.device, &now, &next) == nvml::success)
    out.flag("mig_enabled", now);
  const auto most = session.client.get<u32>("nvmlDeviceGetMaxMigDeviceCount", board.device);
  if (most && *most != 0) out.number("mig_max_devices", std::min(*most, 8U));
}

void write_mig(Session& session, Board& board, TomlWriter& out) {
  for (const MigSlotFound& found : find_slots(session, board)) {
    out.table("[gpu.mig]");
    out.number("slot", found.slot);
    write_slot(session, found.device, out);
  }
}

}  // namespace gander::sim::record
