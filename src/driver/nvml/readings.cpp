// SPDX-License-Identifier: Apache-2.0
// One row for each metric of a device, and the readers behind the rows.
#include "driver/nvml/readings.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace gander::driver::nvml {
namespace {

/// From the driver's unit to ours. Divides where it can: 57 / 100 is the nearest double to 0.57,
/// 57 * 0.01 is not.
struct Scale {
  double times;
  double by;
};
constexpr Scale percent{1, 100};
constexpr Scale milli{1, 1000};
constexpr Scale mega{1e6, 1};
constexpr Scale whole{1, 1};
// No board draws as much, no clock is as fast, no fan turns as far above its maximum.
constexpr std::uint32_t most_milliwatts = 100'000'000;
constexpr std::uint32_t most_megahertz = 100'000;
constexpr std::uint32_t most_celsius = 250;
constexpr std::uint32_t most_fan_percent = 1000;
constexpr std::uint32_t most_fans = 16;
// Memory beyond this is a sentinel, not an amount.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 52U;

/// Amounts of memory; what a version does not tell is absent.
struct MemoryFacts {
  std::uint64_t total{};
  std::uint64_t free{};
  std::uint64_t used{};
  Known<std::uint64_t> reserved{Missing::not_supported};
};

/// One look at one device: answers that serve several metrics are asked for once.
class Look {
 public:
  explicit Look(DeviceCalls& calls) : calls_(calls) {}
  DeviceCalls& calls() { return calls_; }
  const Known<Utilization>& utilization();
  const Known<MemoryFacts>& memory();
  const Known<Bar1Memory>& bar1();

 private:
  DeviceCalls& calls_;
  std::optional<Known<Utilization>> utilization_;
  std::optional<Known<MemoryFacts>> memory_;
  std::optional<Known<Bar1Memory>> bar1_;
};

bool is_sane(const MemoryFacts& memory) {
  const std::uint64_t reserved = memory.reserved.value_or(0);
  const bool fits = std::max({memory.total, memory.free, memory.used, reserved}) < most_bytes;
  return fits && memory.total > 0 && memory.used <= memory.total && memory.free <= memory.total &&
         reserved <= memory.total;
}

const Known<Utilization>& Look::utilization() {
  if (!utilization_) {
    utilization_ = calls_.ask<Utilization>(Question::utilization, [this](Utilization& value) {
      return calls_.call(calls_.symbols().utilization, &value);
    });
  }
  return *utilization_;
}

// Before version 2 the library counted what it reserves as used, and nothing tells how much it is:
// `used` is then what the driver says.
const Known<MemoryFacts>& Look::memory() {
  if (memory_) return *memory_;
  const auto newer = [this](MemoryFacts& facts) {
    MemoryV2 raw;
    raw.version = version_word(sizeof raw, 2);
    const Code code = calls_.call(calls_.symbols().memory_v2, &raw);
    facts = {raw.total, raw.free, raw.used, raw.reserved};
    return code;
  };
  const auto older = [this](MemoryFacts& facts) {
    Memory raw;
    const Code code = calls_.call(calls_.symbols().memory_v1, &raw);
    facts = {raw.total, raw.free, raw.used, Missing::not_supported};
    return code;
  };
  memory_ = calls_.ask<MemoryFacts>(Question::memory, newer, older);
  if (memory_->is_known() && !is_sane(memory_->value())) memory_ = Missing::no_data;
  return *memory_;
}

const Known<Bar1Memory>& Look::bar1() {
  if (!bar1_) {
    bar1_ = calls_.ask<Bar1Memory>(Question::bar1, [this](Bar1Memory& value) {
      return calls_.call(calls_.symbols().bar1, &value);
    });
  }
  return *bar1_;
}

/// The number in base units if it lies in [lowest, highest], else no_data.
template <class Number>
Reading bounded(const Known<Number>& value, Number lowest, Number highest, Scale scale) {
  if (!value.is_known()) return value.reason();
  if (value.value() < lowest || value.value() > highest) return Missing::no_data;
  return static_cast<double>(value.value()) * scale.times / scale.by;
}

template <class Number>
Reading bounded(const Known<Number>& value, Number highest, Scale scale) {
  return bounded(value, Number{0}, highest, scale);
}

/// Asks a question whose answer is one number, through one function.
template <auto Member, Question question>
Known<std::uint32_t> ask_number(Look& look) {
  DeviceCalls& calls = look.calls();
  return calls.ask<std::uint32_t>(
      question, [&](std::uint32_t& value) { return calls.call(calls.symbols().*Member, &value); });
}

/// The same for functions that take a kind (clock domain, threshold) before the result.
template <auto Member, Question question, std::uint32_t type>
Known<std::uint32_t> ask_kind(Look& look) {
  DeviceCalls& calls = look.calls();
  return calls.ask<std::uint32_t>(question, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().*Member, type, &value);
  });
}

template <std::uint32_t Utilization::* member>
Reading read_utilization(Look& look) {
  const Known<Utilization>& answer = look.utilization();
  if (!answer.is_known()) return answer.reason();
  return bounded(Known<std::uint32_t>{answer.value().*member}, 100U, percent);
}

template <auto Member, Question question>
Reading read_engine(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint32_t>(question, [&](std::uint32_t& value) {
    std::uint32_t period = 0;
    return calls.call(calls.symbols().*Member, &value, &period);
  });
  return bounded(answer, 100U, percent);
}

template <std::uint64_t MemoryFacts::* member>
Reading read_memory(Look& look) {
  const Known<MemoryFacts>& answer = look.memory();
  if (!answer.is_known()) return answer.reason();
  return static_cast<double>(answer.value().*member);
}

Reading read_reserved(Look& look) {
  const Known<MemoryFacts>& answer = look.memory();
  if (!answer.is_known()) return answer.reason();
  return bounded(answer.value().reserved, most_bytes, whole);
}

template <std::uint64_t Bar1Memory::* member>
Reading read_bar1(Look& look) {
  const Known<Bar1Memory>& answer = look.bar1();
  if (!answer.is_known()) return answer.reason();
  const Bar1Memory& bar1 = answer.value();
  const bool sane =
      bar1.total > 0 && bar1.total < most_bytes && std::max(bar1.used, bar1.free) <= bar1.total;
  return sane ? Reading{static_cast<double>(bar1.*member)} : Reading{Missing::no_data};
}

template <auto Member, Question question>
Reading read_power(Look& look) {
  return bounded(ask_number<Member, question>(look), most_milliwatts, milli);
}

template <auto Member, Question question, std::uint32_t domain>
Reading read_clock(Look& look) {
  return bounded(ask_kind<Member, question, domain>(look), most_megahertz, mega);
}

template <Question question, std::uint32_t type>
Reading read_threshold(Look& look) {
  return bounded(ask_kind<&Symbols::threshold, question, type>(look), 1U, most_celsius, whole);
}

Code energy_from_field(DeviceCalls& calls, std::uint64_t& value) {
  FieldValue field;
  field.field = kind::field_energy;
  const Code code = calls.call(calls.symbols().fields, 1, &field);
  if (code != code::success) return code;
  if (field.code != code::success) return field.code;
  if (field.type == kind::field_type_unsigned) {
    std::uint32_t narrow = 0;
    std::memcpy(&narrow, field.value.data(), sizeof narrow);
    value = narrow;
    return code::success;
  }
  if (field.type != kind::field_type_unsigned_long &&
      field.type != kind::field_type_unsigned_long_long) {
    return code::no_data;
  }
  std::memcpy(&value, field.value.data(), sizeof value);
  return code::success;
}

Reading read_energy(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint64_t>(
      Question::energy,
      [&](std::uint64_t& value) { return calls.call(calls.symbols().energy, &value); },
      [&](std::uint64_t& value) { return energy_from_field(calls, value); });
  return bounded(answer, most_bytes, milli);
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

// The call without a fan number speaks for the board; where it is gone, its first fan does.
Reading read_fan_speed(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint32_t>(
      Question::fan_speed,
      [&](std::uint32_t& value) { return calls.call(calls.symbols().fan_speed_v1, &value); },
      [&](std::uint32_t& value) { return calls.call(calls.symbols().fan_speed_v2, 0U, &value); });
  return bounded(answer, most_fan_percent, percent);
}

Reading read_performance_state(Look& look) {
  return bounded(ask_number<&Symbols::performance_state, Question::performance_state>(look), 15U,
                 whole);
}

template <auto Member, Question question>
Reading read_link(Look& look) {
  return bounded(ask_number<Member, question>(look), 1U, 64U, whole);
}

template <Question question, std::uint32_t type>
Reading read_ecc(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint64_t>(question, [&](std::uint64_t& value) {
    return calls.call(calls.symbols().ecc_errors, type, kind::ecc_volatile, &value);
  });
  return bounded(answer, most_bytes, whole);
}

/// Which devices have the number.
enum class Where {
  everywhere,         ///< GPUs and MIG instances.
  board,              ///< GPUs only: an instance would repeat its parent.
  board_without_mig,  ///< GPUs while MIG is off.
};

struct Row {
  Metric metric;
  Where where;
  Reading (*read)(Look&);
};

using enum Where;
using M = Metric;
using Q = Question;
using S = Symbols;

constexpr std::array table{
    Row{M::gpu_utilization, board_without_mig, read_utilization<&Utilization::gpu>},
    Row{M::memory_utilization, board_without_mig, read_utilization<&Utilization::memory>},
    Row{M::encoder_utilization, board_without_mig, read_engine<&S::encoder, Q::encoder>},
    Row{M::decoder_utilization, board_without_mig, read_engine<&S::decoder, Q::decoder>},
    Row{M::memory_total, everywhere, read_memory<&MemoryFacts::total>},
    Row{M::memory_used, everywhere, read_memory<&MemoryFacts::used>},
    Row{M::memory_free, everywhere, read_memory<&MemoryFacts::free>},
    Row{M::memory_reserved, everywhere, read_reserved},
    Row{M::bar1_total, board, read_bar1<&Bar1Memory::total>},
    Row{M::bar1_used, board, read_bar1<&Bar1Memory::used>},
    Row{M::bar1_free, board, read_bar1<&Bar1Memory::free>},
    Row{M::power_draw, board, read_power<&S::power, Q::power>},
    Row{M::power_limit, board, read_power<&S::power_limit, Q::power_limit>},
    Row{M::energy, board, read_energy},
    Row{M::temperature, board, read_temperature},
    Row{M::temperature_shutdown, board,
        read_threshold<Q::threshold_shutdown, kind::threshold_shutdown>},
    Row{M::temperature_slowdown, board,
        read_threshold<Q::threshold_slowdown, kind::threshold_slowdown>},
    Row{M::temperature_maximum, board,
        read_threshold<Q::threshold_gpu_maximum, kind::threshold_gpu_maximum>},
    Row{M::temperature_memory_maximum, board,
        read_threshold<Q::threshold_memory_maximum, kind::threshold_memory_maximum>},
    Row{M::fan_speed, board, read_fan_speed},
    Row{M::graphics_clock, board, read_clock<&S::clock, Q::clock_graphics, kind::clock_graphics>},
    Row{M::sm_clock, board, read_clock<&S::clock, Q::clock_sm, kind::clock_sm>},
    Row{M::memory_clock, board, read_clock<&S::clock, Q::clock_memory, kind::clock_memory>},
    Row{M::video_clock, board, read_clock<&S::clock, Q::clock_video, kind::clock_video>},
    Row{M::max_graphics_clock, board,
        read_clock<&S::max_clock, Q::max_clock_graphics, kind::clock_graphics>},
    Row{M::max_sm_clock, board, read_clock<&S::max_clock, Q::max_clock_sm, kind::clock_sm>},
    Row{M::max_memory_clock, board,
        read_clock<&S::max_clock, Q::max_clock_memory, kind::clock_memory>},
    Row{M::max_video_clock, board,
        read_clock<&S::max_clock, Q::max_clock_video, kind::clock_video>},
    Row{M::performance_state, board, read_performance_state},
    Row{M::pcie_generation, board, read_link<&S::pcie_generation, Q::pcie_generation>},
    Row{M::pcie_width, board, read_link<&S::pcie_width, Q::pcie_width>},
    Row{M::ecc_volatile_corrected, board, read_ecc<Q::ecc_corrected, kind::ecc_corrected>},
    Row{M::ecc_volatile_uncorrected, board, read_ecc<Q::ecc_uncorrected, kind::ecc_uncorrected>},
};

bool is_there(Where where, const DeviceEntry& entry) {
  if (where == everywhere) return true;
  if (entry.is_instance()) return false;
  return where == board || !entry.has_mig_on;
}

Reading read_row(const Row& row, Look& look) {
  // A device that does not answer says so for all its numbers alike.
  const Missing obstacle = look.calls().obstacle();
  if (obstacle != Missing::not_sampled) return obstacle;
  if (!is_there(row.where, look.calls().entry())) return Missing::not_supported;
  return row.read(look);
}

Known<std::uint32_t> read_fan_unit(DeviceCalls& calls, std::uint32_t fan) {
  const auto by_number = [&](std::uint32_t& value) {
    return calls.call(calls.symbols().fan_speed_v2, fan, &value);
  };
  if (fan > 0) return calls.ask<std::uint32_t>(Question::other_fan_speed, by_number);
  return calls.ask<std::uint32_t>(Question::fan_unit_speed, by_number, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().fan_speed_v1, &value);
  });
}

// Before R510 nothing tells how many fans there are: then the one that answers counts.
std::uint32_t count_fans(DeviceCalls& calls) {
  const auto answer = calls.ask<std::uint32_t>(Question::fan_count, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().fan_count, &value);
  });
  if (answer.is_known()) return std::min(answer.value(), most_fans);
  const bool cannot_count = calls.symbols().fan_count == nullptr;
  return cannot_count && read_fan_unit(calls, 0).is_known() ? 1U : 0U;
}

void read_fans(DeviceCalls& calls, Device& into) {
  if (calls.entry().is_instance()) return;
  const Missing obstacle = calls.obstacle();
  if (obstacle != Missing::not_sampled) {
    for (Fan& fan : into.fans) fan.readings.fill(obstacle);
    return;
  }
  into.fans.assign(count_fans(calls), Fan{});
  for (std::uint32_t i = 0; i < into.fans.size(); ++i) {
    into.fans[i].readings[Metric::fan_unit_speed] =
        bounded(read_fan_unit(calls, i), most_fan_percent, percent);
  }
}

Known<ClockLimits> read_clock_limits(DeviceCalls& calls) {
  if (const Missing obstacle = calls.obstacle(); obstacle != Missing::not_sampled) return obstacle;
  if (calls.entry().is_instance()) return Missing::not_supported;
  const auto answer = calls.ask<std::uint64_t>(
      Question::clock_limits,
      [&](std::uint64_t& value) { return calls.call(calls.symbols().event_reasons, &value); },
      [&](std::uint64_t& value) { return calls.call(calls.symbols().throttle_reasons, &value); });
  if (!answer.is_known()) return answer.reason();
  // All ones is no set of reasons; single bits above ours belong to newer drivers.
  if (answer.value() == ~std::uint64_t{0}) return Missing::no_data;
  constexpr std::uint64_t known_bits = (std::uint64_t{1} << clock_limit_count) - 1;
  return ClockLimits{answer.value() & known_bits};
}

}  // namespace

void read_metrics(DeviceCalls& calls, const MetricSet& wanted, Device& into) {
  Look look{calls};
  for (const Row& row : table) {
    if (!wanted.contains(row.metric)) continue;
    into.readings[row.metric] = read_row(row, look);
    report_reading(row.metric, into.readings[row.metric]);
  }
  if (wanted.contains(Metric::fan_unit_speed)) read_fans(calls, into);
  into.clock_limits = read_clock_limits(calls);
  if (calls.obstacle() == Missing::not_sampled) return;
  // The device went away in the middle: what was read before is of a device that is no more.
  for (const Row& row : table) {
    if (wanted.contains(row.metric)) into.readings[row.metric] = calls.obstacle();
  }
  for (Fan& fan : into.fans) fan.readings.fill(calls.obstacle());
}

bool has_reader(Metric metric) {
  return std::ranges::any_of(table, [&](const Row& row) { return row.metric == metric; });
}

}  // namespace gander::driver::nvml
