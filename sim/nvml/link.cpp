// SPDX-License-Identifier: Apache-2.0
// PCIe: how fast the link of a GPU is, and what it carries.
#include <iterator>

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

/// The driver measures PCIe traffic over this window, and the caller waits for it.
constexpr u32 pcie_window_us = 20'000;

Return put_link(const Target& t, u32* to, u32 value) { return t.put(feature_pcie_link, to, value); }

}  // namespace

extern "C" {

Return nvmlDeviceGetCurrPcieLinkGeneration(Device device, u32* generation) {
  return on_board<"nvmlDeviceGetCurrPcieLinkGeneration">(
      device, [&](const Target& t) { return put_link(t, generation, t.gpu.pcie_generation); });
}

Return nvmlDeviceGetCurrPcieLinkWidth(Device device, u32* width) {
  return on_board<"nvmlDeviceGetCurrPcieLinkWidth">(
      device, [&](const Target& t) { return put_link(t, width, t.gpu.pcie_width); });
}

Return nvmlDeviceGetMaxPcieLinkGeneration(Device device, u32* generation) {
  return on_board<"nvmlDeviceGetMaxPcieLinkGeneration">(
      device, [&](const Target& t) { return put_link(t, generation, t.gpu.pcie_generation_max); });
}

Return nvmlDeviceGetMaxPcieLinkWidth(Device device, u32* width) {
  return on_board<"nvmlDeviceGetMaxPcieLinkWidth">(
      device, [&](const Target& t) { return put_link(t, width, t.gpu.pcie_width_max); });
}

Return nvmlDeviceGetGpuMaxPcieLinkGeneration(Device device, u32* generation) {
  return on_board<"nvmlDeviceGetGpuMaxPcieLinkGeneration">(device, [&](const Target& t) {
    const u32 own = t.gpu.pcie_generation_device_max;
    return put_link(t, generation, own != 0 ? own : t.gpu.pcie_generation_max);
  });
}

Return nvmlDeviceGetPcieLinkMaxSpeed(Device device, u32* code) {
  return on_board<"nvmlDeviceGetPcieLinkMaxSpeed">(
      device, [&](const Target& t) { return put_link(t, code, t.gpu.pcie_generation_max); });
}

Return nvmlDeviceGetPcieSpeed(Device device, u32* megabits) {
  return on_board<"nvmlDeviceGetPcieSpeed">(device, [&](const Target& t) {
    constexpr u32 speeds[] = {0, 2500, 5000, 8000, 16000, 32000, 64000};
    const std::size_t at = std::min<std::size_t>(t.gpu.pcie_generation, std::size(speeds) - 1);
    return at == 0 ? not_supported : put_link(t, megabits, speeds[at]);
  });
}

Return nvmlDeviceGetPcieThroughput(Device device, u32 counter, u32* kilobytes) {
  return on_board_slowly<"nvmlDeviceGetPcieThroughput">(
      device, pcie_window_us, [&](const Target& t) {
        if (counter > 1) return invalid_argument;
        return t.put(feature_pcie_throughput, kilobytes,
                     t.value(counter == 0 ? metric_pcie_tx : metric_pcie_rx));
      });
}

Return nvmlDeviceGetPcieReplayCounter(Device device, u32* count) {
  return on_board<"nvmlDeviceGetPcieReplayCounter">(
      device, [&](const Target& t) { return put_link(t, count, t.gpu.pcie_replays); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
