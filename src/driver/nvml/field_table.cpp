// SPDX-License-Identifier: Apache-2.0
// The rows of the fields, and the reading of their values.
#include "driver/nvml/field_table.hpp"

#include <cassert>
#include <cmath>
#include <cstring>
#include <optional>

namespace gander::driver::nvml {
namespace {

// Above these a number is a sentinel or nonsense.
constexpr double most_events = 4503599627370496.0;
constexpr double most_places = 1e6;
constexpr double most_replays = 4294967294.0;
constexpr double most_seconds = 1e10;
constexpr double most_celsius = 250;
constexpr double most_joules = 4.5e12;
constexpr double most_watts = 100'000;
constexpr double most_traffic = 9.2e18;
constexpr std::uint32_t all_links = 0xffffffffU;

constexpr std::array table{
#define GANDER_FIELD(name, id, scope, times, by, highest) \
  FieldRow{#name, id, scope, times, by, highest},
#include "driver/nvml/field_table.inc"
#undef GANDER_FIELD
};

template <class Number>
Number read_as(const FieldValue& value) {
  Number number{};
  std::memcpy(&number, value.value.data(), sizeof number);
  return number;
}

bool is_traffic(Field field) {
  switch (field) {
    case Field::pcie_transmit_total:
    case Field::pcie_receive_total:
    case Field::nvlink_transmit_total:
    case Field::nvlink_receive_total:
    case Field::nvlink_transmit_bytes:
    case Field::nvlink_receive_bytes:
      return true;
    default:
      return false;
  }
}

/// A counter of `bits` bits as one that goes on where it started over.
double unroll(std::uint64_t now, unsigned bits, CounterMemory& memory) {
  if (now < memory.last) memory.laps += std::uint64_t{1} << bits;
  memory.last = now;
  return static_cast<double>(memory.laps + now);
}

std::optional<double> number_of(Field field, const FieldValue& value, CounterMemory& memory) {
  switch (value.type) {
    case kind::field_type_double:
      return read_as<double>(value);
    case kind::field_type_unsigned: {
      const auto number = read_as<std::uint32_t>(value);
      return is_traffic(field) ? unroll(number, 32, memory) : number;
    }
    case kind::field_type_unsigned_long:
    case kind::field_type_unsigned_long_long:
      return static_cast<double>(read_as<std::uint64_t>(value));
    case kind::field_type_long_long:
      return static_cast<double>(read_as<std::int64_t>(value));
    case kind::field_type_int:
      return read_as<std::int32_t>(value);
    case kind::field_type_unsigned_short:
      return read_as<std::uint16_t>(value);
    default:
      return std::nullopt;
  }
}

}  // namespace

const FieldRow& row_of(Field field) {
  assert(field != Field::none);
  return table[static_cast<std::size_t>(field)];
}

Reading decode_field(Field field, const FieldValue& value, CounterMemory& memory) {
  const auto number = number_of(field, value, memory);
  if (!number || !std::isfinite(*number) || *number < 0) return Missing::no_data;
  const FieldRow& row = row_of(field);
  const double scaled = *number * row.times / row.by;
  return scaled <= row.highest ? Reading{scaled} : Reading{Missing::no_data};
}

}  // namespace gander::driver::nvml
