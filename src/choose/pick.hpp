// SPDX-License-Identifier: Apache-2.0
// Which devices somebody gets who asks for some.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "choose/order.hpp"
#include "gander/availability.hpp"
#include "gander/snapshot.hpp"

namespace gander::choose {

/// What somebody asks for.
struct Wish {
  AvailabilityTerms terms;
  std::vector<Order> order;  ///< Empty: by index.
  std::size_t least = 0;     ///< So many, or it is no good.
  std::optional<std::size_t> most;
  /// Only these, for instance those that are visible already; nothing: all.
  std::optional<std::vector<DeviceIndex>> among;
};

/// What there is for a wish. Points into the snapshot.
struct Pick {
  std::vector<const Device*>
      devices;                        ///< In the wanted order; at most one MIG instance, and alone.
  std::vector<Candidate> candidates;  ///< All that were looked at, in the order of the machine.
  std::size_t free_count{};           ///< How many of them are free.
  bool is_enough = false;             ///< Whether there are as many as wished for at least.
};

/// CUDA shows a program one MIG instance, and no GPU beside it. So an instance is picked only where
/// no whole GPU is free: then the first one alone.
Pick pick(const Snapshot& snapshot, const Wish& wish);

}  // namespace gander::choose
