// SPDX-License-Identifier: Apache-2.0
// What calls into the library cost, by function: how often, how many failed, how long they took.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "driver/driver.hpp"
#include "driver/nvml/symbols.hpp"

namespace gander::driver::nvml {

/// Calls made, over all libraries one driver ever loaded. Any thread, no lock.
class CallCounters {
 public:
  /// Takes note of a call of the function in this row of the table of symbols.
  void note(std::size_t symbol, bool is_error, std::chrono::nanoseconds took);

  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> errors{0};
  /// By function, dearest first; those never called are left out.
  [[nodiscard]] std::vector<CallCost> by_function() const;

 private:
  struct Slot {
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> errors{0};
    std::atomic<std::uint64_t> nanoseconds{0};
  };
  std::array<Slot, symbol_names.size()> slots_;
};

/// Finds the row of a function by its address. Two symbols of one address count as the first.
class SymbolFinder {
 public:
  explicit SymbolFinder(const Symbols& symbols);
  /// The row; the first of the table for an address that is none of ours.
  [[nodiscard]] std::size_t find(std::uintptr_t address) const;

 private:
  struct Place {
    std::uintptr_t address;
    std::size_t symbol;
  };
  std::vector<Place> places_;  ///< In the order of addresses.
};

/// What a function is called for, for a person: `power_draw`, or its own name in plain words.
std::string purpose_of(std::string_view symbol);

}  // namespace gander::driver::nvml
