// SPDX-License-Identifier: Apache-2.0
// How busy, full, fast and hot a device is: memory, engines, power, temperature, fans and clocks.
#include "sim/nvml/abi_health.hpp"
#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

struct MemorySplit {
  u64 total, reserved, used;
};

MemorySplit split_memory(const Target& t) {
  const GpuFaults& faults = t.gpu.faults;
  if (faults.shown_memory != 0 && !t.is_mig())
    return {faults.shown_memory, 0, std::min<u64>(faults.shown_used, faults.shown_memory)};
  const MemorySplit split = t.is_mig()
                                ? MemorySplit{t.mig().memory_total, t.mig().memory_reserved, 0}
                                : MemorySplit{t.gpu.memory_total, t.gpu.memory_reserved, 0};
  return {split.total, split.reserved, memory_used(t.state, t.place.gpu, t.place.slot, t.t_ns)};
}

/// Engines of a board in MIG mode cannot be read as one.
Return put_engine(const Target& t, Feature feature, Metric metric, u32* percent) {
  return t.gpu.mig_mode != 0 ? not_supported : t.put(feature, percent, t.value(metric));
}

constexpr u32 sampling_period_us = 167'000;

/// Where a caller wants a use, and over how many microseconds it was taken.
struct SampledUse {
  u32* percent;
  u32* period;
};

Return put_sampled(const Target& t, Feature feature, Metric metric, SampledUse use) {
  if (use.period == nullptr) return invalid_argument;
  *use.period = sampling_period_us;
  return put_engine(t, feature, metric, use.percent);
}

Return put_limit(const Target& t, u32* limit, u32 milliwatts) {
  return t.put(feature_power_limit, limit, milliwatts);
}

Return put_fan(const Target& t, u32 fan, u32* percent) {
  if (t.gpu.fan_count == 0) return not_supported;
  if (fan >= std::min<u32>(t.gpu.fan_count, max_fans)) return invalid_argument;
  const auto speed = static_cast<std::int64_t>(t.value(metric_fan_speed)) + t.gpu.fan_offset[fan];
  return t.put(feature_fan, percent, std::max<std::int64_t>(speed, 0));
}

Return put_clock(const Target& t, u32 type, u32* mhz) {
  constexpr Metric metrics[] = {metric_graphics_clock, metric_sm_clock, metric_memory_clock,
                                metric_video_clock};
  if (type > 3) return invalid_argument;
  return t.put(feature_clocks, mhz, t.value(metrics[type]));
}

Return put_max_clock(const Target& t, u32 type, u32* mhz) {
  const u32 clocks[] = {t.gpu.max_graphics_clock, t.gpu.max_sm_clock, t.gpu.max_memory_clock,
                        t.gpu.max_video_clock};
  if (type > 3) return invalid_argument;
  return clocks[type] == 0 ? not_supported : t.put(feature_max_clocks, mhz, clocks[type]);
}

Return put_threshold(const Target& t, u32 type, u32* celsius) {
  const u32 limits[] = {t.gpu.temperature_shutdown, t.gpu.temperature_slowdown,
                        t.gpu.temperature_memory_max, t.gpu.temperature_gpu_max};
  if (celsius == nullptr || type > 7) return invalid_argument;
  if (type > 3 || limits[type] == 0) return not_supported;
  return t.put(feature_temperature_limits, celsius, limits[type]);
}

/// Degrees left below the highest temperature at full speed; told from Ada (8) on.
Return put_margin(const Target& t, MarginTemperature* margin) {
  if (margin == nullptr) return invalid_argument;
  if (!is_version(t.state, margin->version, version_word<MarginTemperature>(1)))
    return argument_version_mismatch;
  if (t.gpu.architecture < 8 || t.gpu.temperature_gpu_max == 0 || t.lacks(feature_margin) ||
      t.lacks(feature_temperature))
    return not_supported;
  margin->margin =
      static_cast<int>(t.gpu.temperature_gpu_max) - static_cast<int>(t.value(metric_temperature));
  return success;
}

Return put_fan_rpm(const Target& t, FanSpeedRpm* speed) {
  if (speed == nullptr) return invalid_argument;
  if (!is_version(t.state, speed->version, version_word<FanSpeedRpm>(1)))
    return argument_version_mismatch;
  u32 percent = 0;
  if (const Return code = put_fan(t, speed->fan, &percent)) return code;
  if (t.gpu.fan_maximum_rpm == 0) return not_supported;
  return put(&speed->speed, u64{t.gpu.fan_maximum_rpm} * percent / 100);
}

/// Policies in the driver's order: power, heat, synchronous boost, board, low use, reliability.
Return put_violation(const Target& t, u32 policy, ViolationTime* time) {
  constexpr Counter counters[] = {counter_limited_power,           counter_limited_thermal,
                                  counter_limited_sync_boost,      counter_limited_board,
                                  counter_limited_low_utilization, counter_limited_reliability};
  if (time == nullptr || policy > 11) return invalid_argument;
  if (is_retired_call(t)) return deprecated;
  if (policy >= std::size(counters) || t.lacks(feature_clock_reasons)) return not_supported;
  const double limited = count_at(t.gpu, counters[policy], t.t_ns);
  *time = {unix_us(t.state, t.t_ns) * 1000, static_cast<u64>(limited)};
  return success;
}

}  // namespace

extern "C" {

Return nvmlDeviceGetMarginTemperature(Device device, MarginTemperature* margin) {
  return on_board<"nvmlDeviceGetMarginTemperature">(
      device, [&](const Target& t) { return put_margin(t, margin); });
}

Return nvmlDeviceGetFanSpeedRPM(Device device, FanSpeedRpm* speed) {
  return on_board<"nvmlDeviceGetFanSpeedRPM">(
      device, [&](const Target& t) { return put_fan_rpm(t, speed); });
}

Return nvmlDeviceGetViolationStatus(Device device, u32 policy, ViolationTime* time) {
  return on_board<"nvmlDeviceGetViolationStatus">(
      device, [&](const Target& t) { return put_violation(t, policy, time); });
}

Return nvmlDeviceGetApplicationsClock(Device device, u32 type, u32* mhz) {
  return on_board<"nvmlDeviceGetApplicationsClock">(device, [&](const Target& t) {
    return is_retired_call(t) ? deprecated : put_max_clock(t, type, mhz);
  });
}

Return nvmlDeviceGetDefaultApplicationsClock(Device device, u32 type, u32* mhz) {
  return on_board<"nvmlDeviceGetDefaultApplicationsClock">(device, [&](const Target& t) {
    return is_retired_call(t) ? deprecated : put_max_clock(t, type, mhz);
  });
}

Return nvmlDeviceGetMemoryInfo(Device device, Memory* memory) {
  return on_device<"nvmlDeviceGetMemoryInfo">(device, [&](const Target& t) {
    if (memory == nullptr) return invalid_argument;
    if (t.lacks(feature_memory)) return not_supported;
    const MemorySplit split = split_memory(t);
    const u64 used = split.used + split.reserved;  // the first layout counts both as used
    *memory = {split.total, split.total - used, used};
    return success;
  });
}

Return nvmlDeviceGetMemoryInfo_v2(Device device, MemoryV2* memory) {
  return on_device<"nvmlDeviceGetMemoryInfo_v2">(device, [&](const Target& t) {
    if (memory == nullptr) return invalid_argument;
    if (!is_version(t.state, memory->version, version_word<MemoryV2>(2)))
      return argument_version_mismatch;
    if (t.lacks(feature_memory)) return not_supported;
    const MemorySplit split = split_memory(t);
    memory->total = split.total;
    memory->reserved = split.reserved;
    memory->used = split.used;
    memory->free = split.total - split.reserved - split.used;
    return success;
  });
}

Return nvmlDeviceGetBAR1MemoryInfo(Device device, Bar1Memory* memory) {
  return on_device<"nvmlDeviceGetBAR1MemoryInfo">(device, [&](const Target& t) {
    if (memory == nullptr) return invalid_argument;
    if (t.lacks(feature_bar1)) return not_supported;
    const u64 used = std::min(t.gpu.bar1_used, t.gpu.bar1_total);
    *memory = {t.gpu.bar1_total, t.gpu.bar1_total - used, used};
    return success;
  });
}

Return nvmlDeviceGetUtilizationRates(Device device, Utilization* rates) {
  return on_board<"nvmlDeviceGetUtilizationRates">(device, [&](const Target& t) {
    if (rates == nullptr) return invalid_argument;
    u32* const memory = &rates->memory;
    if (const Return code =
            put_engine(t, feature_gpu_utilization, metric_memory_utilization, memory))
      return code;
    return put_engine(t, feature_gpu_utilization, metric_gpu_utilization, &rates->gpu);
  });
}

Return nvmlDeviceGetEncoderUtilization(Device device, u32* percent, u32* period) {
  return on_board<"nvmlDeviceGetEncoderUtilization">(device, [&](const Target& t) {
    return put_sampled(t, feature_encoder, metric_encoder_utilization, {percent, period});
  });
}

Return nvmlDeviceGetDecoderUtilization(Device device, u32* percent, u32* period) {
  return on_board<"nvmlDeviceGetDecoderUtilization">(device, [&](const Target& t) {
    return put_sampled(t, feature_decoder, metric_decoder_utilization, {percent, period});
  });
}

Return nvmlDeviceGetJpgUtilization(Device device, u32* percent, u32* period) {
  return on_board<"nvmlDeviceGetJpgUtilization">(device, [&](const Target& t) {
    return put_sampled(t, feature_jpeg, metric_jpeg_utilization, {percent, period});
  });
}

Return nvmlDeviceGetOfaUtilization(Device device, u32* percent, u32* period) {
  return on_board<"nvmlDeviceGetOfaUtilization">(device, [&](const Target& t) {
    return put_sampled(t, feature_ofa, metric_ofa_utilization, {percent, period});
  });
}

Return nvmlDeviceGetPowerUsage(Device device, u32* milliwatts) {
  return on_board<"nvmlDeviceGetPowerUsage">(device, [&](const Target& t) {
    return t.put(feature_power_draw, milliwatts, t.value(metric_power_draw));
  });
}

Return nvmlDeviceGetEnforcedPowerLimit(Device device, u32* limit) {
  return on_board<"nvmlDeviceGetEnforcedPowerLimit">(
      device, [&](const Target& t) { return put_limit(t, limit, t.gpu.power_limit_enforced); });
}

Return nvmlDeviceGetPowerManagementMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetPowerManagementMode">(
      device, [&](const Target& t) { return put_limit(t, mode, 1); });
}

Return nvmlDeviceGetPowerManagementLimit(Device device, u32* limit) {
  return on_board<"nvmlDeviceGetPowerManagementLimit">(
      device, [&](const Target& t) { return put_limit(t, limit, t.gpu.power_limit); });
}

Return nvmlDeviceGetPowerManagementDefaultLimit(Device device, u32* limit) {
  return on_board<"nvmlDeviceGetPowerManagementDefaultLimit">(
      device, [&](const Target& t) { return put_limit(t, limit, t.gpu.power_limit_default); });
}

Return nvmlDeviceGetPowerManagementLimitConstraints(Device device, u32* low, u32* high) {
  return on_board<"nvmlDeviceGetPowerManagementLimitConstraints">(device, [&](const Target& t) {
    if (low == nullptr || high == nullptr) return invalid_argument;
    if (const Return code = put_limit(t, low, t.gpu.power_limit_minimum)) return code;
    return put_limit(t, high, t.gpu.power_limit_maximum);
  });
}

Return nvmlDeviceGetTotalEnergyConsumption(Device device, u64* millijoules) {
  return on_board<"nvmlDeviceGetTotalEnergyConsumption">(device, [&](const Target& t) {
    return t.put(feature_energy, millijoules, energy_mj(t.gpu, t.t_ns));
  });
}

Return nvmlDeviceGetTemperature(Device device, u32 sensor, u32* celsius) {
  return on_board<"nvmlDeviceGetTemperature">(device, [&](const Target& t) {
    if (sensor != 0) return invalid_argument;
    return t.put(feature_temperature, celsius, t.value(metric_temperature));
  });
}

Return nvmlDeviceGetTemperatureV(Device device, TemperatureV1* temperature) {
  return on_board<"nvmlDeviceGetTemperatureV">(device, [&](const Target& t) {
    if (temperature == nullptr) return invalid_argument;
    if (!is_version(t.state, temperature->version, version_word<TemperatureV1>(1)))
      return argument_version_mismatch;
    if (temperature->sensor != 0) return invalid_argument;
    return t.put(feature_temperature, &temperature->temperature, t.value(metric_temperature));
  });
}

Return nvmlDeviceGetTemperatureThreshold(Device device, u32 type, u32* celsius) {
  return on_board<"nvmlDeviceGetTemperatureThreshold">(
      device, [&](const Target& t) { return put_threshold(t, type, celsius); });
}

Return nvmlDeviceGetNumFans(Device device, u32* count) {
  return on_board<"nvmlDeviceGetNumFans">(
      device, [&](const Target& t) { return t.put(feature_fan, count, t.gpu.fan_count); });
}

Return nvmlDeviceGetFanSpeed(Device device, u32* percent) {
  return on_board<"nvmlDeviceGetFanSpeed">(device,
                                           [&](const Target& t) { return put_fan(t, 0, percent); });
}

Return nvmlDeviceGetFanSpeed_v2(Device device, u32 fan, u32* percent) {
  return on_board<"nvmlDeviceGetFanSpeed_v2">(
      device, [&](const Target& t) { return put_fan(t, fan, percent); });
}

Return nvmlDeviceGetMinMaxFanSpeed(Device device, u32* low, u32* high) {
  return on_board<"nvmlDeviceGetMinMaxFanSpeed">(device, [&](const Target& t) {
    if (low == nullptr || high == nullptr) return invalid_argument;
    if (t.gpu.fan_count == 0) return not_supported;
    *high = t.gpu.fan_maximum;
    return t.put(feature_fan, low, t.gpu.fan_minimum);
  });
}

Return nvmlDeviceGetClockInfo(Device device, u32 type, u32* mhz) {
  return on_board<"nvmlDeviceGetClockInfo">(
      device, [&](const Target& t) { return put_clock(t, type, mhz); });
}

Return nvmlDeviceGetMaxClockInfo(Device device, u32 type, u32* mhz) {
  return on_board<"nvmlDeviceGetMaxClockInfo">(
      device, [&](const Target& t) { return put_max_clock(t, type, mhz); });
}

Return nvmlDeviceGetMaxCustomerBoostClock(Device device, u32 type, u32* mhz) {
  return on_board<"nvmlDeviceGetMaxCustomerBoostClock">(
      device, [&](const Target& t) { return put_max_clock(t, type, mhz); });
}

Return nvmlDeviceGetClock(Device device, u32 type, u32 id, u32* mhz) {
  return on_board<"nvmlDeviceGetClock">(device, [&](const Target& t) {
    if (id == 0) return put_clock(t, type, mhz);
    return id == 3 ? put_max_clock(t, type, mhz) : not_supported;
  });
}

Return nvmlDeviceGetPerformanceState(Device device, u32* state) {
  return on_board<"nvmlDeviceGetPerformanceState">(device, [&](const Target& t) {
    return t.put(feature_performance_state, state, t.gpu.performance_state);
  });
}

Return nvmlDeviceGetPowerState(Device device, u32* state) {
  return on_board<"nvmlDeviceGetPowerState">(device, [&](const Target& t) {
    return t.put(feature_performance_state, state, t.gpu.performance_state);
  });
}

Return nvmlDeviceGetCurrentClocksEventReasons(Device device, u64* reasons) {
  return on_board<"nvmlDeviceGetCurrentClocksEventReasons">(device, [&](const Target& t) {
    return t.put(feature_clock_reasons, reasons, t.gpu.clock_reasons);
  });
}

Return nvmlDeviceGetCurrentClocksThrottleReasons(Device device, u64* reasons) {
  return on_board<"nvmlDeviceGetCurrentClocksThrottleReasons">(device, [&](const Target& t) {
    return t.put(feature_clock_reasons, reasons, t.gpu.clock_reasons);
  });
}

Return nvmlDeviceGetSupportedClocksEventReasons(Device device, u64* reasons) {
  return on_board<"nvmlDeviceGetSupportedClocksEventReasons">(device, [&](const Target& t) {
    return t.put(feature_clock_reasons, reasons, t.gpu.clock_reasons_supported);
  });
}

Return nvmlDeviceGetSupportedClocksThrottleReasons(Device device, u64* reasons) {
  return on_board<"nvmlDeviceGetSupportedClocksThrottleReasons">(device, [&](const Target& t) {
    return t.put(feature_clock_reasons, reasons, t.gpu.clock_reasons_supported);
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
