// SPDX-License-Identifier: Apache-2.0
// PCIe, NVLink, memory errors, and the values asked for by field number.
#include <unistd.h>

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

/// The driver measures PCIe traffic over this window, and the caller waits for it.
constexpr u32 pcie_window_us = 20'000;

enum ValueType : u32 { type_double = 0, type_u32 = 1, type_u64 = 3 };

Return put_link(const Target& t, u32* to, u32 value) { return t.put(feature_pcie_link, to, value); }

Return check_nvlink(const Target& t, u32 link) {
  if (t.lacks(feature_nvlink) || t.gpu.link_count == 0) return not_supported;
  return link >= std::min<u32>(t.gpu.link_count, max_links) ? invalid_argument : success;
}

u64 count_errors(const Gpu& gpu, u32 error_type, u32 counter_type) {
  if (counter_type == 0)
    return error_type == 0 ? gpu.ecc_volatile_corrected : gpu.ecc_volatile_uncorrected;
  return error_type == 0 ? gpu.ecc_aggregate_corrected : gpu.ecc_aggregate_uncorrected;
}

Return put_u32(FieldValue& field, const Target& t, Feature feature, std::uint64_t value) {
  field.type = type_u32;
  return t.put(feature, &field.value.as_u32, value);
}

Return put_u64(FieldValue& field, const Target& t, Feature feature, std::uint64_t value) {
  field.type = type_u64;
  return t.put(feature, &field.value.as_u64, value);
}

Return put_errors(FieldValue& field, const Target& t) {
  if (t.gpu.ecc_current == 0) return not_supported;
  const u32 at =
      field.field - 3;  // 3 volatile corrected, 4 volatile uncorrected, 5 and 6 aggregate
  return put_u64(field, t, feature_ecc, count_errors(t.gpu, at % 2, at / 2));
}

Return put_traffic(FieldValue& field, const Target& t, Metric metric) {
  const double kilobytes = integral(t.gpu.curves[metric], 0, t.t_ns);
  const auto bytes = static_cast<std::uint64_t>(std::max(0.0, kilobytes * 1000));
  return put_u64(field, t, feature_pcie_throughput, bytes);
}

Return put_power(FieldValue& field, const Target& t) {
  if (field.scope != 0) return not_supported;  // the module and its memory have no meters of theirs
  switch (field.field) {
    case 185:
    case 186:
      return put_u32(field, t, feature_power_draw, t.value(metric_power_draw));
    case 187:
      return put_u32(field, t, feature_power_limit, t.gpu.power_limit_minimum);
    case 188:
      return put_u32(field, t, feature_power_limit, t.gpu.power_limit_maximum);
    case 189:
      return put_u32(field, t, feature_power_limit, t.gpu.power_limit_default);
    case 190:
      return put_u32(field, t, feature_power_limit, t.gpu.power_limit_enforced);
    case 191:
      return put_u64(field, t, feature_energy,
                     static_cast<std::uint64_t>(energy_mj(t.gpu, t.t_ns)));
    default:
      return put_u32(field, t, feature_power_limit, t.gpu.power_limit);
  }
}

/// First driver branch that knows a field number.
u32 first_branch_of_field(u32 field) {
  if (field <= 94) return 450;
  if (field <= 184) return 525;
  return field <= 192 ? 530 : 550;
}

Return put_field(FieldValue& field, const Target& t) {
  const u32 branch = t.state.driver.branch_major;
  if (branch != 0 && branch < first_branch_of_field(field.field)) return invalid_argument;
  if (field.field >= 185 && field.field <= 192) return put_power(field, t);
  if (field.field >= 3 && field.field <= 6) return put_errors(field, t);
  switch (field.field) {
    case 1:
      return put_u32(field, t, feature_ecc, t.gpu.ecc_current);
    case 2:
      return put_u32(field, t, feature_ecc, t.gpu.ecc_pending);
    case 82:
      return put_u32(field, t, feature_memory_temperature, t.value(metric_memory_temperature));
    case 83:
      return put_u64(field, t, feature_energy,
                     static_cast<std::uint64_t>(energy_mj(t.gpu, t.t_ns)));
    case 91:
      return put_u32(field, t, feature_nvlink, t.gpu.link_count);
    case 94:
      return put_u32(field, t, feature_pcie_link, t.gpu.pcie_replays);
    case 197:
      return put_traffic(field, t, metric_pcie_tx);
    case 198:
      return put_traffic(field, t, metric_pcie_rx);
    default:
      return field.field == 0 || field.field >= 303 ? invalid_argument : not_supported;
  }
}

Return put_fields(const Target& t, int count, FieldValue* fields) {
  if (fields == nullptr || count <= 0) return invalid_argument;
  for (int i = 0; i < count; ++i) {
    FieldValue& field = fields[i];
    field.time_us = static_cast<long long>(unix_us(t.state, t.t_ns));
    field.latency_us = 1;
    field.type = type_double;
    field.value.as_u64 = 0;
    field.code = put_field(field, t);
  }
  return success;
}

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

Return nvmlDeviceGetNvLinkState(Device device, u32 link, u32* is_active) {
  return on_board<"nvmlDeviceGetNvLinkState">(device, [&](const Target& t) {
    if (const Return code = check_nvlink(t, link)) return code;
    return put(is_active, t.gpu.link_active_mask >> link & 1U);
  });
}

Return nvmlDeviceGetNvLinkVersion(Device device, u32 link, u32* version) {
  return on_board<"nvmlDeviceGetNvLinkVersion">(device, [&](const Target& t) {
    if (const Return code = check_nvlink(t, link)) return code;
    return put(version, t.gpu.link_version);
  });
}

Return nvmlDeviceGetTotalEccErrors(Device device, u32 error_type, u32 counter_type, u64* count) {
  return on_board<"nvmlDeviceGetTotalEccErrors">(device, [&](const Target& t) {
    if (error_type > 1 || counter_type > 1) return invalid_argument;
    if (t.gpu.ecc_current == 0) return not_supported;
    return t.put(feature_ecc, count, count_errors(t.gpu, error_type, counter_type));
  });
}

Return nvmlDeviceGetFieldValues(Device device, int count, FieldValue* fields) {
  return on_board<"nvmlDeviceGetFieldValues">(
      device, [&](const Target& t) { return put_fields(t, count, fields); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
