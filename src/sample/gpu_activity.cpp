// SPDX-License-Identifier: Apache-2.0
// Judges activity by what the driver says of the process, and where it says nothing, of the device.
#include "sample/gpu_activity.hpp"

#include <algorithm>
#include <array>

namespace gander::sample {
namespace {

constexpr std::array shares = {Metric::gpu_sm_utilization,      Metric::gpu_memory_utilization,
                               Metric::gpu_encoder_utilization, Metric::gpu_decoder_utilization,
                               Metric::gpu_jpeg_utilization,    Metric::gpu_ofa_utilization};

bool is_device_busy(std::span<const Device> devices, const Use& use) {
  const auto found = std::ranges::find_if(devices, [&use](const Device& device) {
    return device.uuid.is_known() && device.uuid.value() == use.device;
  });
  if (found == devices.end()) return true;
  const Reading& utilization = found->readings[Metric::gpu_utilization];
  return !utilization.is_known() || utilization.value() > 0;
}

/// Whether it may have used the device. Where nobody says of the process, a busy device speaks
/// against idleness: nobody shall be called idle who may not be.
bool may_be_active(std::span<const Device> devices, const Use& use) {
  bool is_told = false;
  for (const Metric metric : shares) {
    const Reading& share = use.readings[metric];
    if (!share.is_known()) continue;
    if (share.value() > 0) return true;
    is_told = is_told || metric == Metric::gpu_sm_utilization;
  }
  return !is_told && is_device_busy(devices, use);
}

}  // namespace

void GpuActivity::look(std::span<const Device> devices, std::span<Process> processes,
                       std::chrono::nanoseconds now) {
  for (Process& process : processes) {
    auto& idle = process.readings[Metric::gpu_idle_time];
    idle = Missing::no_data;
    if (process.uses.empty() || !process.start_ticks.is_known()) continue;
    const auto [place, is_new] = memory_.try_emplace({process.pid, process.start_ticks.value()});
    auto& memory = place->second;
    memory.is_seen = true;
    const bool is_active = std::ranges::any_of(
        process.uses, [devices](const Use& use) { return may_be_active(devices, use); });
    if (is_new || is_active) memory.used_at = now;
    if (!is_new) idle = std::chrono::duration<double>(now - memory.used_at).count();
  }
  std::erase_if(memory_, [](const auto& entry) { return !entry.second.is_seen; });
  for (auto& [key, memory] : memory_) memory.is_seen = false;
}

}  // namespace gander::sample
