// SPDX-License-Identifier: Apache-2.0
// Values asked for by field number: each field has its own type, first driver branch and answer.
#include "sim/nvml/health.hpp"
#include "sim/nvml/wiring.hpp"

namespace gander::sim::nvml {
namespace {

enum ValueType : u32 { type_double = 0, type_u32 = 1, type_u64 = 3, type_i32 = 5 };

Return put_u32(FieldValue& field, std::uint64_t value) {
  field.type = type_u32;
  field.value.as_u32 = static_cast<u32>(value);
  return success;
}

Return put_u64(FieldValue& field, std::uint64_t value) {
  field.type = type_u64;
  field.value.as_u64 = value;
  return success;
}

Return put_count(FieldValue& field, double value) {
  return put_u64(field, static_cast<std::uint64_t>(std::max(0.0, value)));
}

Return put_ecc_mode(FieldValue& field, const Target& t) {
  if (t.lacks(feature_ecc)) return not_supported;
  return put_u32(field, field.field == 1 ? t.gpu.ecc_current : t.gpu.ecc_pending);
}

/// 3 volatile corrected, 4 volatile uncorrected, 5 and 6 aggregate.
Return put_errors(FieldValue& field, const Target& t) {
  const u32 at = field.field - 3;
  u64 count = 0;
  if (const Return code = count_errors(t, {at % 2, at / 2}, count)) return code;
  return put_u64(field, count);
}

/// 7 to 16 volatile, corrected and uncorrected in turn for five places, 17 uncorrected of a sixth;
/// 18 to 28 aggregate likewise.
Return put_errors_at(FieldValue& field, const Target& t) {
  constexpr Location places[] = {location_l1,        location_l2,      location_device,
                                 location_registers, location_texture, location_cbu};
  const u32 counter = field.field < 18 ? 0 : 1;
  const u32 at = field.field - (counter == 0 ? 7 : 18);
  const u32 type = at == 10 ? 1 : at % 2;
  u64 count = 0;
  if (const Return code = count_errors_at(t, {type, counter}, places[at / 2], count)) return code;
  return put_u64(field, count);
}

Return put_retired(FieldValue& field, const Target& t) {
  if (const Return code = check_retirement(t)) return code;
  const Health& health = t.gpu.health;
  switch (field.field) {
    case 29:
      return put_u32(field, health.retired_corrected);
    case 30:
      return put_u32(field, health.retired_uncorrected);
    case 92:
      return put_u32(field, health.retired_corrected > 0 ? health.retirement_pending : 0);
    case 93:
      return put_u32(field, health.retired_uncorrected > 0 ? health.retirement_pending : 0);
    default:
      return put_u32(field, health.retirement_pending);
  }
}

/// The counters of links 0 to 11 and of all, in four families: flit and data checksums, replays,
/// recoveries.
Return put_old_link_errors(FieldValue& field, const Target& t) {
  const bool is_late = field.field >= 96;
  const u32 at = field.field - (is_late ? 96 : 32);
  const u32 stride = is_late ? 6 : 7;
  const u32 family = at / stride;
  const u32 link = at % stride + (is_late ? 6 : 0);
  const bool is_total = !is_late && link == 6;
  if (const Return code = check_nvlink(t, is_total ? 0 : link)) return code;
  const Wiring& wiring = t.gpu.wiring;
  const u32 all[] = {wiring.link_crc_errors, 0, wiring.link_replays, wiring.link_recoveries};
  return put_u64(field, link_errors(t, is_total ? all_links : link, all[family]));
}

double limited_ns(const Target& t, Counter counter) { return count_at(t.gpu, counter, t.t_ns); }

/// 75 is heat as a whole, in software and hardware; 80 and 81 are all reasons together.
Return put_limited(FieldValue& field, const Target& t) {
  if (t.lacks(feature_clock_reasons)) return not_supported;
  const double heat =
      limited_ns(t, counter_limited_thermal) + limited_ns(t, counter_limited_hw_thermal);
  switch (field.field) {
    case 74:
      return put_count(field, limited_ns(t, counter_limited_power));
    case 75:
      return put_count(field, heat);
    case 76:
      return put_count(field, limited_ns(t, counter_limited_sync_boost));
    case 77:
      return put_count(field, limited_ns(t, counter_limited_board));
    case 78:
      return put_count(field, limited_ns(t, counter_limited_low_utilization));
    case 79:
      return put_count(field, limited_ns(t, counter_limited_reliability));
    case 269:
      return put_count(field, limited_ns(t, counter_limited_thermal));
    case 270:
      return put_count(field, limited_ns(t, counter_limited_hw_thermal));
    case 271:
      return put_count(field, limited_ns(t, counter_limited_power_brake));
    default:
      return put_count(field, std::max(heat, limited_ns(t, counter_limited_power)));
  }
}

Return put_memory_temperature(FieldValue& field, const Target& t) {
  if (t.lacks(feature_memory_temperature)) return not_supported;
  return put_u32(field, t.value(metric_memory_temperature));
}

Return put_energy(FieldValue& field, const Target& t) {
  if (t.lacks(feature_energy)) return not_supported;
  return put_count(field, energy_mj(t.gpu, t.t_ns));
}

Return put_link_count(FieldValue& field, const Target& t) {
  return t.lacks(feature_nvlink) ? not_supported : put_u32(field, t.gpu.link_count);
}

/// 94 replays, 95 how often their counter wrapped.
Return put_replays(FieldValue& field, const Target& t) {
  if (t.lacks(feature_pcie_link)) return not_supported;
  return put_u32(field, field.field == 94 ? t.gpu.pcie_replays : 0);
}

/// 138 and 139 payload, 140 and 141 with headers, which add about a tenth.
Return put_link_traffic(FieldValue& field, const Target& t) {
  const bool is_all = field.scope == all_links;
  if (const Return code = check_nvlink(t, is_all ? 0 : field.scope)) return code;
  const u32 at = field.field - 138;
  const Counter counter = at % 2 == 0 ? counter_link_tx : counter_link_rx;
  return put_count(field, link_count(t, counter, field.scope) * (at < 2 ? 1.0 : 1.1));
}

Return put_remapped(FieldValue& field, const Target& t) {
  if (const Return code = check_remapping(t)) return code;
  const Health& health = t.gpu.health;
  const u32 values[] = {health.remapped_corrected, health.remapped_uncorrected,
                        health.remap_pending, health.remap_failed};
  return put_u32(field, values[field.field - 142]);
}

/// 161 replays, 162 recoveries, 163 checksums; gone from the fifth generation of links on.
Return put_link_errors(FieldValue& field, const Target& t) {
  const bool is_all = field.scope == all_links;
  if (const Return code = check_nvlink(t, is_all ? 0 : field.scope)) return code;
  if (t.gpu.link_version >= 5) return not_supported;
  const Wiring& wiring = t.gpu.wiring;
  const u32 all[] = {wiring.link_replays, wiring.link_recoveries, wiring.link_crc_errors};
  return put_u64(field, link_errors(t, field.scope, all[field.field - 161]));
}

Return put_link_fact(FieldValue& field, const Target& t) {
  if (const Return code = check_nvlink(t, field.scope)) return code;
  if (field.field == 165) return put_u32(field, is_active(t, field.scope) ? 1 : 0);
  if (field.field == 166) return put_u32(field, link_version_number(t));
  return put_u32(field, is_active(t, field.scope) ? link_speed(t) : 0);
}

/// Speed of all links: those of one GPU are alike.
Return put_common_speed(FieldValue& field, const Target& t) {
  if (const Return code = check_nvlink(t, 0)) return code;
  return put_u32(field, link_speed(t));
}

Return put_module_power(FieldValue& field, const Target& t) {
  const Curve& curve = t.gpu.curves[field.scope == 1 ? metric_module_power : metric_memory_power];
  if (t.lacks(feature_power_draw) || is_zero(curve) || field.field > 186) return not_supported;
  return put_u32(field, whole_at(curve, t.t_ns));
}

/// Scope 0 is the GPU; the module and the memory have meters on some boards, but no limits.
Return put_power(FieldValue& field, const Target& t) {
  if (field.scope > 2) return invalid_argument;
  if (field.scope != 0) return put_module_power(field, t);
  if (field.field == 191) return put_energy(field, t);
  if (field.field <= 186)
    return t.lacks(feature_power_draw) ? not_supported : put_u32(field, t.value(metric_power_draw));
  if (t.lacks(feature_power_limit)) return not_supported;
  const Gpu& gpu = t.gpu;
  const u32 limits[] = {gpu.power_limit_minimum,
                        gpu.power_limit_maximum,
                        gpu.power_limit_default,
                        gpu.power_limit_enforced,
                        0,
                        gpu.power_limit};
  return put_u32(field, limits[field.field - 187]);
}

/// Limits from Ada (8) on are told as degrees from the highest temperature at full speed.
Return put_limit_offset(FieldValue& field, const Target& t) {
  const Gpu& gpu = t.gpu;
  const u32 limits[] = {gpu.temperature_shutdown, gpu.temperature_slowdown, gpu.temperature_gpu_max,
                        gpu.temperature_gpu_max};
  const u32 limit = limits[field.field - 193];
  if (gpu.architecture < 8 || t.lacks(feature_temperature_limits) || limit == 0 ||
      gpu.temperature_gpu_max == 0)
    return not_supported;
  field.type = type_i32;
  field.value.as_int = static_cast<int>(gpu.temperature_gpu_max) - static_cast<int>(limit);
  return success;
}

Return put_pcie_traffic(FieldValue& field, const Target& t) {
  if (t.lacks(feature_pcie_throughput)) return not_supported;
  return put_count(field,
                   count_at(t.gpu, field.field == 197 ? counter_pcie_tx : counter_pcie_rx, t.t_ns));
}

/// Counters of the fifth generation of links: 202 and 204 bytes, 213 to 215 recoveries.
Return put_new_link_count(FieldValue& field, const Target& t) {
  const bool is_all = field.scope == all_links;
  if (const Return code = check_nvlink(t, is_all ? 0 : field.scope)) return code;
  if (t.gpu.link_version < 5) return not_supported;
  switch (field.field) {
    case 202:
      return put_count(field, link_count(t, counter_link_tx, field.scope) * 1024);
    case 204:
      return put_count(field, link_count(t, counter_link_rx, field.scope) * 1024);
    case 214:
      return put_u64(field, 0);
    case 213:
    case 215:
      return put_u64(field, link_errors(t, field.scope, t.gpu.wiring.link_recoveries));
    default:
      return not_supported;
  }
}

Return put_recovery_action(FieldValue& field, const Target& t) {
  if (t.lacks(feature_recovery_action)) return not_supported;
  return put_u32(field, t.gpu.health.recovery_action);
}

/// Fields with one answer, and the first driver branch that knows them.
struct FieldRow {
  u32 first, last, branch;
  Return (*put)(FieldValue&, const Target&);
};
constexpr FieldRow rows[] = {
    {1, 2, 450, put_ecc_mode},
    {3, 6, 450, put_errors},
    {7, 28, 450, put_errors_at},
    {29, 31, 450, put_retired},
    {32, 59, 450, put_old_link_errors},
    {74, 81, 450, put_limited},
    {82, 82, 450, put_memory_temperature},
    {83, 83, 450, put_energy},
    {84, 90, 450, put_common_speed},
    {91, 91, 450, put_link_count},
    {92, 93, 450, put_retired},
    {94, 95, 450, put_replays},
    {96, 119, 450, put_old_link_errors},
    {138, 141, 455, put_link_traffic},
    {142, 145, 455, put_remapped},
    {161, 163, 510, put_link_errors},
    {164, 166, 510, put_link_fact},
    {185, 192, 530, put_power},
    {193, 196, 545, put_limit_offset},
    {197, 198, 550, put_pcie_traffic},
    {201, 215, 570, put_new_link_count},
    {230, 230, 570, put_recovery_action},
    {269, 271, 575, put_limited},
};

/// First driver branch that knows a field number nobody answers here.
u32 first_branch_of_field(u32 field) {
  if (field <= 137) return 450;
  if (field <= 184) return 525;
  return field <= 234 ? 570 : 580;
}

Return put_field(FieldValue& field, const Target& t) {
  const u32 branch = t.state.driver.branch_major;
  const auto knows = [&](u32 first) { return branch == 0 || branch >= first; };
  for (const FieldRow& row : rows) {
    if (field.field < row.first || field.field > row.last) continue;
    return knows(row.branch) ? row.put(field, t) : invalid_argument;
  }
  const bool is_known = field.field > 0 && field.field < 303;
  return is_known && knows(first_branch_of_field(field.field)) ? not_supported : invalid_argument;
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

Return nvmlDeviceGetFieldValues(Device device, int count, FieldValue* fields) {
  return on_board<"nvmlDeviceGetFieldValues">(
      device, [&](const Target& t) { return put_fields(t, count, fields); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
