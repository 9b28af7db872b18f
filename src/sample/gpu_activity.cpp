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

/// Whether somebody used the device, or why nobody knows.
Known<bool> is_device_busy(std::span<const Device> devices, const Use& use) {
  const auto found = std::ranges::find_if(devices, [&use](const Device& device) {
    return device.uuid.is_known() && device.uuid.value() == use.device;
  });
  if (found == devices.end()) return Missing::no_data;
  const Reading& utilization = found->readings[Metric::gpu_utilization];
  if (!utilization.is_known()) return utilization.reason();
  return utilization.value() > 0;
}

/// Whether the process may have used the device. Where nobody says of the process, a busy device
/// speaks against idleness: nobody shall be called idle who may not be.
Known<bool> may_be_active(std::span<const Device> devices, const Use& use) {
  bool is_told = false;
  for (const Metric metric : shares) {
    const Reading& share = use.readings[metric];
    if (!share.is_known()) continue;
    if (share.value() > 0) return true;
    is_told = is_told || metric == Metric::gpu_sm_utilization;
  }
  return is_told ? Known<bool>{false} : is_device_busy(devices, use);
}

/// The same of all its devices: active on any, else unknown if it is so on any.
Known<bool> may_be_active(std::span<const Device> devices, const Process& process) {
  Known<bool> answer = false;
  for (const Use& use : process.uses) {
    const auto on_this = may_be_active(devices, use);
    if (on_this == Known{true}) return on_this;
    if (!on_this.is_known()) answer = on_this;
  }
  return answer;
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
    const auto is_active = may_be_active(devices, process);
    // While nobody knows, it may have been at work: it has been idle since then at least.
    if (is_new || is_active != Known{false}) memory.used_at = now;
    if (is_new) continue;
    if (is_active.is_known()) {
      idle = std::chrono::duration<double>(now - memory.used_at).count();
    } else {
      idle = is_active.reason();
    }
  }
  std::erase_if(memory_, [](const auto& entry) { return !entry.second.is_seen; });
  for (auto& [key, memory] : memory_) memory.is_seen = false;
}

}  // namespace gander::sample
