// SPDX-License-Identifier: Apache-2.0
// All values by number that one look at a device needs, in one call.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "driver/nvml/device_calls.hpp"
#include "driver/nvml/field_table.hpp"

namespace gander::driver::nvml {

/// Collects what is wanted, then makes one call for what is worth asking. What a device does not
/// have is learned for each field and not asked again; one that the library does not even know, and
/// rejects the whole call for, is found once by halving. Lives for one look, on one thread.
class FieldBatch {
 public:
  explicit FieldBatch(DeviceCalls& calls) : calls_(calls) {}

  /// Wants the first field of a chain that the device has: the second only as long as the first
  /// has never answered. Either may be `none`. Has no effect after the first `read`.
  void want(Field first, Field second = Field::none);
  /// The value in base units, or why there is none; the first `read` makes the call.
  Reading read(Field field);
  /// The first of two that has an answer; `not_supported` where neither is.
  Reading read(Field first, Field second);

 private:
  FieldMemory& memory_of(Field field);
  void fetch();
  bool call_halving(std::size_t begin, std::size_t count, Code& code);
  Code call_part(std::size_t begin, std::size_t count);
  void accept(std::size_t begin, std::size_t count);
  void answer_all(std::size_t begin, std::size_t count, Missing reason);

  DeviceCalls& calls_;
  FieldSet wanted_;
  bool is_fetched_ = false;
  std::vector<Field> asked_;
  std::vector<FieldValue> values_;     ///< One for each of `asked_`.
  std::vector<std::size_t> rejected_;  ///< Places the library rejected on their own.
  std::array<Reading, field_count> answers_{};
  std::array<Code, field_count> failures_{};  ///< What the driver said where that is driver_error.
};

}  // namespace gander::driver::nvml
