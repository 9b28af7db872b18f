// SPDX-License-Identifier: Apache-2.0
// Confidential computing: what the machine offers, and how much memory is protected.
#include "sim/nvml/abi_wiring.hpp"
#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

bool is_on(const State& state) { return state.driver.confidential.environment != 0; }

Return put_settings(const State& state, ConfComputeSettings* settings) {
  if (settings == nullptr) return invalid_argument;
  if (!is_version(state, settings->version, version_word<ConfComputeSettings>(1)))
    return argument_version_mismatch;
  if (!is_on(state)) return not_supported;
  const Confidential& confidential = state.driver.confidential;
  settings->environment = confidential.environment;
  settings->feature = 1;
  settings->dev_tools = confidential.dev_tools;
  settings->multi_gpu = confidential.multi_gpu;
  return success;
}

/// A GPU's protected memory, what of it a MIG instance has.
Return put_protected(const Target& t, Memory* memory) {
  if (memory == nullptr) return invalid_argument;
  if (t.gpu.protected_memory == 0) return not_supported;
  const u64 whole = std::min<u64>(t.gpu.protected_memory, t.gpu.memory_total);
  const u64 total = t.is_mig() ? std::min<u64>(t.mig().memory_total, whole) : whole;
  const u64 used = std::min<u64>(memory_used(t.state, t.place.gpu, t.place.slot, t.t_ns), total);
  *memory = {total, total - used, used};
  return success;
}

}  // namespace

extern "C" {

Return nvmlSystemGetConfComputeState(ConfComputeState* state) {
  return on_system<"nvmlSystemGetConfComputeState">([&](const State& s) {
    if (state == nullptr) return invalid_argument;
    if (!is_on(s)) return not_supported;
    const Confidential& confidential = s.driver.confidential;
    *state = {confidential.environment, 1, confidential.dev_tools};
    return success;
  });
}

Return nvmlSystemGetConfComputeSettings(ConfComputeSettings* settings) {
  return on_system<"nvmlSystemGetConfComputeSettings">(
      [&](const State& s) { return put_settings(s, settings); });
}

Return nvmlSystemGetConfComputeCapabilities(ConfComputeCaps* caps) {
  return on_system<"nvmlSystemGetConfComputeCapabilities">([&](const State& s) {
    if (caps == nullptr) return invalid_argument;
    *caps = {s.driver.confidential.cpu, is_on(s) ? 1U : 0U};
    return success;
  });
}

Return nvmlSystemGetConfComputeGpusReadyState(u32* is_ready) {
  return on_system<"nvmlSystemGetConfComputeGpusReadyState">([&](const State& s) {
    if (!is_on(s)) return not_supported;
    return put(is_ready, s.driver.confidential.busy == 0 ? 1 : 0);
  });
}

Return nvmlDeviceGetConfComputeMemSizeInfo(Device device, ConfComputeMemory* memory) {
  return on_device<"nvmlDeviceGetConfComputeMemSizeInfo">(device, [&](const Target& t) {
    if (memory == nullptr) return invalid_argument;
    const u64 guarded = std::min<u64>(t.gpu.protected_memory, t.gpu.memory_total);
    *memory = {guarded / 1024, (t.gpu.memory_total - guarded) / 1024};
    return success;
  });
}

Return nvmlDeviceGetConfComputeProtectedMemoryUsage(Device device, Memory* memory) {
  return on_device<"nvmlDeviceGetConfComputeProtectedMemoryUsage">(
      device, [&](const Target& t) { return put_protected(t, memory); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
