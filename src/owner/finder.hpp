// SPDX-License-Identifier: Apache-2.0
// The seam for owner finders: facts about a process in, at most one label out. Nearest proof wins.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gander/owner.hpp"
#include "host/process_table.hpp"

namespace gander::owner {

/// Finds one kind of owner. Stateless: the same facts give the same label.
class Finder {
 public:
  Finder() = default;
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;
  virtual ~Finder() = default;
  [[nodiscard]] virtual OwnerKind kind() const = 0;
  /// The owner of `process`; `all` holds it and its ancestors.
  [[nodiscard]] virtual std::optional<Owner> find(
      const host::ProcessFacts& process, std::span<const host::ProcessFacts> all) const = 0;
};

/// Asks every finder of the list; labels nearest first.
std::vector<Owner> find_owners(const host::ProcessFacts& process,
                               std::span<const host::ProcessFacts> all);

}  // namespace gander::owner
