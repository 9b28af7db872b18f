// SPDX-License-Identifier: Apache-2.0
// One look at the numbers of one device: answers that serve several metrics are asked for once. The
// rows that use it stand in readings_*.cpp, one file for each theme.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "driver/nvml/device_calls.hpp"
#include "driver/nvml/field_batch.hpp"
#include "gander/device.hpp"
#include "gander/metric.hpp"

namespace gander::driver::nvml {

/// From the driver's unit to ours. Divides where it can: 57 / 100 is the nearest double to 0.57,
/// 57 * 0.01 is not.
struct Scale {
  double times;
  double by;
};
inline constexpr Scale percent{1, 100};
inline constexpr Scale milli{1, 1000};
inline constexpr Scale kilo{1e3, 1};
inline constexpr Scale mega{1e6, 1};
inline constexpr Scale whole{1, 1};
// No board draws as much, no clock is as fast, no fan turns as far above its maximum.
inline constexpr std::uint32_t most_milliwatts = 100'000'000;
inline constexpr std::uint32_t most_celsius = 250;
inline constexpr std::uint32_t most_fan_percent = 1000;
inline constexpr std::uint32_t most_rotation = 1'000'000;
/// Memory beyond this is a sentinel, not an amount; so is a count of anything.
inline constexpr std::uint64_t most_bytes = std::uint64_t{1} << 52U;

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

/// Amounts of memory; what a version does not tell is absent.
struct MemoryFacts {
  std::uint64_t total{};
  std::uint64_t free{};
  std::uint64_t used{};
  Known<std::uint64_t> reserved{Missing::not_supported};
};

/// What may be set as power limit, in milliwatts.
struct PowerRange {
  std::uint32_t minimum{};
  std::uint32_t maximum{};
};

/// Lives for one call of the seam, on one thread.
class Look {
 public:
  explicit Look(DeviceCalls& calls) : calls_(calls), fields_(calls) {}
  DeviceCalls& calls() { return calls_; }
  FieldBatch& fields() { return fields_; }
  const Known<Utilization>& utilization();
  const Known<MemoryFacts>& memory();
  const Known<Bar1Memory>& bar1();
  const Known<Memory>& protected_memory();
  const Known<PowerRange>& power_range();
  const Known<RemappedRows>& remapped_rows();

 private:
  /// An answer that serves several metrics, and what the driver said where there is none.
  template <class T>
  struct Kept {
    std::optional<Known<T>> answer;
    Code failure{};
  };
  /// Asks the forms of a question once; later only tells again what came of it.
  template <class T, class... Forms>
  const Known<T>& once(Kept<T>& kept, Question question, Forms... forms) {
    if (!kept.answer) {
      kept.answer = calls_.ask<T>(question, forms...);
      kept.failure = calls_.failure();
    }
    calls_.set_failure(kept.failure);
    return *kept.answer;
  }

  DeviceCalls& calls_;
  FieldBatch fields_;
  Kept<Utilization> utilization_;
  Kept<MemoryFacts> memory_;
  Kept<Bar1Memory> bar1_;
  Kept<Memory> protected_memory_;
  Kept<PowerRange> power_range_;
  Kept<RemappedRows> remapped_rows_;
};

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

/// Which devices have the number.
enum class Where : std::uint8_t {
  everywhere,         ///< GPUs and MIG instances.
  board,              ///< GPUs only: an instance would repeat its parent.
  board_without_mig,  ///< GPUs while MIG is off.
};

/// Where a metric comes from: the first of two fields that the device has; without, the call.
struct Row {
  Metric metric;
  Where where;
  Reading (*read)(Look&) = nullptr;  ///< Null: there is no other way.
  Field first = Field::none;
  Field second = Field::none;
};

// The rows by theme.
std::span<const Row> load_rows();
std::span<const Row> power_rows();
std::span<const Row> link_rows();
std::span<const Row> error_rows();

}  // namespace gander::driver::nvml
