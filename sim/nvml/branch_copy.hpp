// SPDX-License-Identifier: Apache-2.0
// Makes the library of an older driver: a copy of ours in which the symbols that came later are
// not found by `dlsym`. It must not know about machines or their state.
#pragma once

#include <cstdint>
#include <string>

#include "gander/result.hpp"

namespace gander::sim {

/// A driver branch such as 535.54; `minor` matters only where a symbol came within a branch.
struct Branch {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};

/// First branch (major) that has `symbol`; 450 for everything that old, also for unknown names.
[[nodiscard]] std::uint32_t first_branch_of(const std::string& symbol);

/// Copies the library `source` to `destination` (replacing it) and hides what `branch` lacks.
/// Fails with not_found, no_permission, operating_system or invalid_data (no 64-bit ELF library).
Result<void> write_branch_copy(const std::string& source, const std::string& destination,
                               Branch branch);

}  // namespace gander::sim
