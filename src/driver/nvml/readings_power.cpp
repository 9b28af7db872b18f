// SPDX-License-Identifier: Apache-2.0
// Rows of power, energy, heat, the fans as a whole, and what keeps the clocks down.
#include "driver/nvml/look.hpp"

namespace gander::driver::nvml {
namespace {

constexpr std::uint64_t most_millijoules = most_bytes;
constexpr std::int64_t lowest_margin = -100;

template <auto Member, Question question>
Reading read_power(Look& look) {
  return bounded(ask_number<Member, question>(look), most_milliwatts, milli);
}

template <std::uint32_t PowerRange::* member>
Reading read_power_range(Look& look) {
  const Known<PowerRange>& range = look.power_range();
  if (!range.is_known()) return range.reason();
  return bounded(Known<std::uint32_t>{range.value().*member}, most_milliwatts, milli);
}

template <Question question, std::uint32_t type>
Reading read_threshold(Look& look) {
  return bounded(ask_kind<&Symbols::threshold, question, type>(look), 1U, most_celsius, whole);
}

Reading read_energy(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint64_t>(Question::energy, [&](std::uint64_t& value) {
    return calls.call(calls.symbols().energy, &value);
  });
  return bounded(answer, most_millijoules, milli);
}

Reading read_temperature(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::int64_t>(
      Question::temperature,
      [&](std::int64_t& value) {
        TemperatureV1 raw;
        raw.version = version_word(sizeof raw, 1);
        const Code code = calls.call(calls.symbols().temperature_v, &raw);
        value = raw.temperature;
        return code;
      },
      [&](std::int64_t& value) {
        std::uint32_t raw = 0;
        const Code code = calls.call(calls.symbols().temperature, 0U, &raw);
        value = raw;
        return code;
      });
  return bounded(answer, std::int64_t{most_celsius}, whole);
}

Reading read_margin(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer =
      calls.ask<std::int64_t>(Question::temperature_margin, [&](std::int64_t& value) {
        MarginTemperature raw;
        raw.version = version_word(sizeof raw, 1);
        const Code code = calls.call(calls.symbols().temperature_margin, &raw);
        value = raw.margin;
        return code;
      });
  return bounded(answer, lowest_margin, std::int64_t{most_celsius}, whole);
}

// The call without a fan number speaks for the board; where it is gone, its first fan does.
Reading read_fan_speed(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint32_t>(
      Question::fan_speed,
      [&](std::uint32_t& value) { return calls.call(calls.symbols().fan_speed_v1, &value); },
      [&](std::uint32_t& value) { return calls.call(calls.symbols().fan_speed_v2, 0U, &value); });
  return bounded(answer, most_fan_percent, percent);
}

using enum Where;
using M = Metric;
using Q = Question;
using S = Symbols;
using F = Field;

constexpr std::array rows{
    Row{M::power_draw, board, read_power<&S::power, Q::power>},
    Row{M::power_limit, board, read_power<&S::power_limit, Q::power_limit>},
    Row{M::power_limit_default, board, read_power<&S::power_limit_default, Q::power_limit_default>,
        F::power_limit_default},
    Row{M::power_limit_minimum, board, read_power_range<&PowerRange::minimum>,
        F::power_limit_minimum},
    Row{M::power_limit_maximum, board, read_power_range<&PowerRange::maximum>,
        F::power_limit_maximum},
    Row{M::module_power_draw, board, nullptr, F::module_power_average, F::module_power_instant},
    Row{M::energy, board, read_energy, F::energy},
    Row{M::temperature, board, read_temperature},
    Row{M::memory_temperature, board, nullptr, F::memory_temperature},
    Row{M::temperature_margin, board, read_margin},
    Row{M::temperature_shutdown, board,
        read_threshold<Q::threshold_shutdown, kind::threshold_shutdown>},
    Row{M::temperature_slowdown, board,
        read_threshold<Q::threshold_slowdown, kind::threshold_slowdown>},
    Row{M::temperature_maximum, board,
        read_threshold<Q::threshold_gpu_maximum, kind::threshold_gpu_maximum>},
    Row{M::temperature_memory_maximum, board,
        read_threshold<Q::threshold_memory_maximum, kind::threshold_memory_maximum>},
    Row{M::fan_speed, board, read_fan_speed},
    Row{M::limited_time_software_power, board, nullptr, F::limited_time_software_power},
    Row{M::limited_time_hardware_thermal, board, nullptr, F::limited_time_hardware_thermal},
    Row{M::limited_time_software_thermal, board, nullptr, F::limited_time_software_thermal},
    Row{M::limited_time_power_brake, board, nullptr, F::limited_time_power_brake},
    Row{M::limited_time_sync_boost, board, nullptr, F::limited_time_sync_boost},
    Row{M::limited_time_board, board, nullptr, F::limited_time_board},
    Row{M::limited_time_low_utilization, board, nullptr, F::limited_time_low_utilization},
    Row{M::limited_time_reliability, board, nullptr, F::limited_time_reliability},
};

}  // namespace

const Known<PowerRange>& Look::power_range() {
  return once(power_range_, Question::power_limit_range, [this](PowerRange& value) {
    return calls_.call(calls_.symbols().power_limit_range, &value.minimum, &value.maximum);
  });
}

std::span<const Row> power_rows() { return rows; }

}  // namespace gander::driver::nvml
