// SPDX-License-Identifier: Apache-2.0
// By what devices are ordered, the best first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gander/availability.hpp"
#include "gander/result.hpp"
#include "gander/snapshot.hpp"

namespace gander::choose {

enum class OrderKey : std::uint8_t {
  index,
  free_memory,         ///< The most first.
  used_memory,         ///< The most first: fills GPUs that are shared already.
  utilization,         ///< The least first.
  memory_utilization,  ///< The least first.
  compute,             ///< Compute capability, the newest first.
  power,               ///< Watts left to the limit, the most first.
  temperature,         ///< The coolest first.
  topology,            ///< Of several, those nearest to each other; before all other keys.
};

/// One key, in its own direction or the other one.
struct Order {
  OrderKey key{};
  bool is_reversed = false;
  friend bool operator==(const Order&, const Order&) = default;
};

/// Reads `free_memory,index:desc`: keys, each with `:asc` or `:desc` if it shall not stand as
/// usual.
Result<std::vector<Order>> parse_order(std::string_view text);
std::string_view name_of(OrderKey key);
/// All keys, for a person: `index, free_memory …`.
std::string list_order_keys();

/// Puts candidates in order: those that need no tolerance first, then key by key, then by index.
/// What is unknown comes last, whichever the direction. Stable.
void sort(std::vector<Candidate>& candidates, const std::vector<Order>& order);

}  // namespace gander::choose
