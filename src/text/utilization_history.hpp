// SPDX-License-Identifier: Apache-2.0
// What utilization each device had in the looks so far, for moving averages. Knows no clock.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "gander/snapshot.hpp"

namespace gander::text {

class UtilizationHistory {
 public:
  /// Looks kept of a device, unless fewer will do.
  static constexpr std::size_t limit = 1000;

  explicit UtilizationHistory(std::size_t most = limit) : most_(most) {}
  /// Takes one look; devices that it does not show any more are forgotten.
  void add(const Snapshot& snapshot);
  /// The arithmetic mean of the last `window` known samples; `no_data` until there are two.
  [[nodiscard]] Reading mean(std::string_view uuid, std::size_t window) const;

 private:
  std::size_t most_;  ///< Looks kept, at least two.
  std::map<std::string, std::deque<double>, std::less<>> samples_;
};

}  // namespace gander::text
