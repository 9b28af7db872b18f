// SPDX-License-Identifier: Apache-2.0
// MIG: its mode, the instances of a GPU and their handles.
#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

constexpr u32 default_max_instances = 7;

u32 max_instances(const Gpu& gpu) {
  const u32 count = gpu.mig_max_devices == 0 ? default_max_instances : gpu.mig_max_devices;
  return std::min<u32>(count, max_mig_slots);
}

Return put_mig_handle(const Target& t, u32 index, Device* device) {
  if (device == nullptr || index >= max_instances(t.gpu)) return invalid_argument;
  if (t.lacks(feature_mig)) return not_supported;
  if (has_quirk(t.state, quirk_no_mig)) return not_found;
  if (t.gpu.mig_mode == 0 || t.gpu.mig[index].present == 0) return not_found;
  *device = make_handle(t.state, {t.place.gpu, static_cast<int>(index)});
  return success;
}

Return put_attributes(const Target& t, auto* attributes) {
  if (attributes == nullptr) return invalid_argument;
  if (!t.is_mig()) return not_supported;
  *attributes = {};
  attributes->multiprocessors = t.mig().multiprocessors;
  attributes->copy_engines = 1;
  return success;
}

}  // namespace

extern "C" {

Return nvmlDeviceGetMaxMigDeviceCount(Device device, u32* count) {
  return on_board<"nvmlDeviceGetMaxMigDeviceCount">(device, [&](const Target& t) {
    return put(count, t.lacks(feature_mig) ? 0 : max_instances(t.gpu));
  });
}

Return nvmlDeviceGetMigDeviceHandleByIndex(Device device, u32 index, Device* instance) {
  return on_board<"nvmlDeviceGetMigDeviceHandleByIndex">(
      device, [&](const Target& t) { return put_mig_handle(t, index, instance); });
}

Return nvmlDeviceGetDeviceHandleFromMigDeviceHandle(Device instance, Device* device) {
  return on_device<"nvmlDeviceGetDeviceHandleFromMigDeviceHandle">(instance, [&](const Target& t) {
    if (device == nullptr || !t.is_mig()) return invalid_argument;
    *device = make_handle(t.state, {t.place.gpu, -1});
    return success;
  });
}

Return nvmlDeviceIsMigDeviceHandle(Device device, u32* is_mig) {
  return on_device<"nvmlDeviceIsMigDeviceHandle">(
      device, [&](const Target& t) { return put(is_mig, t.is_mig() ? 1 : 0); });
}

Return nvmlDeviceGetGpuInstanceId(Device device, u32* id) {
  return on_device<"nvmlDeviceGetGpuInstanceId">(device, [&](const Target& t) {
    return t.is_mig() ? put(id, t.mig().gpu_instance_id) : not_supported;
  });
}

Return nvmlDeviceGetComputeInstanceId(Device device, u32* id) {
  return on_device<"nvmlDeviceGetComputeInstanceId">(device, [&](const Target& t) {
    return t.is_mig() ? put(id, t.mig().compute_instance_id) : not_supported;
  });
}

Return nvmlDeviceGetAttributes(Device device, AttributesV1* attributes) {
  return on_device<"nvmlDeviceGetAttributes">(
      device, [&](const Target& t) { return put_attributes(t, attributes); });
}

Return nvmlDeviceGetAttributes_v2(Device device, Attributes* attributes) {
  return on_device<"nvmlDeviceGetAttributes_v2">(device, [&](const Target& t) {
    if (const Return code = put_attributes(t, attributes)) return code;
    attributes->gpu_slices = t.mig().gpu_slices;
    attributes->compute_slices = t.mig().compute_slices;
    attributes->memory_mb = t.mig().memory_total / (std::uint64_t{1024} * 1024);
    return success;
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
