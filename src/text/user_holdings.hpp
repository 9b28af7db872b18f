// SPDX-License-Identifier: Apache-2.0
// What each user holds of the devices, over all rows of a table.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "text/workload_rows.hpp"

namespace gander::text {

struct UserHolding {
  std::string user;                  ///< As in tables: name, number, or why both are unknown.
  std::size_t processes{};           ///< On devices; each once.
  std::optional<double> gpu_memory;  ///< Bytes; nothing where that of any of them is unknown.
  /// Seconds since any of them used a device; nothing where that is unknown of any.
  std::optional<double> gpu_idle;
};

/// One for each user with a process on a device, who holds most first; unknown amounts last.
std::vector<UserHolding> sum_by_user(std::span<const WorkloadGroup> groups);

/// `alice: 3 processes, 74.3GiB, no GPU activity for 2h`.
std::string write_holding(const UserHolding& holding);

}  // namespace gander::text
