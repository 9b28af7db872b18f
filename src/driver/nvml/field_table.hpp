// SPDX-License-Identifier: Apache-2.0
// The values of a device that are asked for by number, and how their bytes become numbers. Pure: it
// makes no calls.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "driver/nvml/abi.hpp"
#include "gander/reading.hpp"

namespace gander::driver::nvml {

/// A value with a number; `none` where a metric has no such value.
enum class Field : std::uint8_t {
#define GANDER_FIELD(name, ...) name,
#include "driver/nvml/field_table.inc"
#undef GANDER_FIELD
  none,
};
inline constexpr auto field_count = static_cast<std::size_t>(Field::none);
using FieldSet = std::bitset<field_count>;

/// One row of field_table.inc.
struct FieldRow {
  std::string_view name;
  std::uint32_t id;
  std::uint32_t scope;
  double times;
  double by;
  double highest;
};
const FieldRow& row_of(Field field);

/// What is remembered of a counter to see it start over.
struct CounterMemory {
  std::uint64_t last{};
  std::uint64_t laps{};  ///< What went by before the counter last started over.
};

/// The number that the library wrote, in the base unit of the row; no_data where the kind of value
/// is unknown, or the number is negative, not finite or above the highest there can be. Counters of
/// bytes that are less than 64 bits wide start over soon: `memory` keeps them growing.
Reading decode_field(Field field, const FieldValue& value, CounterMemory& memory);

}  // namespace gander::driver::nvml
