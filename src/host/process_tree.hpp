// SPDX-License-Identifier: Apache-2.0
// Who descends from whom, of all processes of the machine at one moment. Reads one file for each,
// so it is for moments when a person asks, and not for every tick.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gander/process.hpp"
#include "os/root.hpp"

namespace gander::host {

/// One process of the tree.
struct TreeEntry {
  Pid pid{};
  std::uint64_t start_ticks{};
  std::string name;  ///< Kernel's short name; foreign text.
};

struct ProcessTree {
  std::map<Pid, std::uint64_t> starts;     ///< Ticks from boot, of every process.
  std::multimap<Pid, TreeEntry> children;  ///< By parent; without zombies.
};

/// Reads the tree; what cannot be read is left out.
ProcessTree read_process_tree(const os::Root& root);

/// The descendants of a process, parents before their children; 4096 at most, more than a person
/// could judge. A tree that was read while processes came and went may hold a circle.
std::vector<TreeEntry> collect_descendants(const ProcessTree& tree, Pid ancestor);

}  // namespace gander::host
