// SPDX-License-Identifier: Apache-2.0
// Makes the library of an older driver: a copy of ours in which the symbols that came later are
// not found by `dlsym`. It must not know about machines or their state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gander/result.hpp"

namespace gander::sim {

/// A driver branch such as 535.54; `minor` matters where a symbol came within a branch.
struct Branch {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
};

/// Copies the library `source` to `destination` (replacing it in one step) and hides what `branch`
/// lacks; major 0 hides nothing. Fails with not_found, no_permission, operating_system, or
/// invalid_data where `source` is no 64-bit little-endian ELF library.
Result<void> write_branch_copy(const std::string& source, const std::string& destination,
                               Branch branch);

/// The same for any choice: hides every symbol in `hidden` (a test removes one at a time).
Result<void> write_copy_without(const std::string& source, const std::string& destination,
                                const std::vector<std::string>& hidden);

}  // namespace gander::sim
