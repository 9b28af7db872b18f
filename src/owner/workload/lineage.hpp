// SPDX-License-Identifier: Apache-2.0
// Processes with their ancestors, and what their command lines say: the ground on which workloads
// are found. Pure; reads nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/process_table.hpp"
#include "owner/command/script.hpp"
#include "owner/jupyter/kernel_command.hpp"

namespace gander::owner {

/// A process and what its command line says.
struct Kin {
  const host::ProcessFacts* facts{};
  std::optional<jupyter::KernelCommand> kernel;
  bool is_server = false;  ///< A Jupyter server.
  Task task;
  std::optional<std::string> batch_notebook;  ///< What it executes, for runners of notebooks.

  [[nodiscard]] Pid pid() const { return facts->process.pid; }
};

/// Lives no longer than the facts it was made of.
class Lineage {
 public:
  explicit Lineage(std::span<const host::ProcessFacts> facts);
  [[nodiscard]] std::span<const Kin> all() const { return kin_; }
  /// Null where the process is not among the facts.
  [[nodiscard]] const Kin* find(Pid pid) const;
  /// Null at the end of the line.
  [[nodiscard]] const Kin* parent(const Kin& kin) const;
  /// The nearest ancestor that `is_it`; null if there is none. Ends where lines form a ring.
  template <class Predicate>
  [[nodiscard]] const Kin* find_ancestor(const Kin& kin, Predicate is_it) const {
    const Kin* ancestor = parent(kin);
    for (std::size_t steps = 0; ancestor != nullptr && steps < kin_.size(); ++steps) {
      if (is_it(*ancestor)) return ancestor;
      ancestor = parent(*ancestor);
    }
    return nullptr;
  }

 private:
  std::vector<Kin> kin_;
  std::unordered_map<Pid, std::size_t> places_;
};

}  // namespace gander::owner
