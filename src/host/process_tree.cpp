// SPDX-License-Identifier: Apache-2.0
// Reads the stat file of every process.
#include "host/process_tree.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "model/whole_number.hpp"
#include "os/process_stat.hpp"

namespace gander::host {
namespace {

constexpr std::size_t most_descendants = 4096;

}  // namespace

ProcessTree read_process_tree(const os::Root& root) {
  ProcessTree tree;
  const auto names = root.list("/proc");
  if (!names) return tree;
  std::string text;
  for (const std::string& folder : *names) {
    const auto pid = find_whole_number<Pid>(folder);
    if (!pid || *pid <= 0 || !root.read_into(fmt::format("/proc/{}/stat", *pid), text)) continue;
    const auto stat = os::parse_process_stat(text);
    if (!stat) continue;
    tree.starts.emplace(*pid, stat->start_ticks);
    const bool is_zombie = stat->state == 'Z' && stat->threads <= 1;
    if (is_zombie) continue;
    tree.children.emplace(stat->parent,
                          TreeEntry{*pid, stat->start_ticks, std::string{stat->name}});
  }
  return tree;
}

std::vector<TreeEntry> collect_descendants(const ProcessTree& tree, Pid ancestor) {
  std::vector<TreeEntry> found;
  std::set<Pid> seen{ancestor};
  std::vector<Pid> waiting{ancestor};
  for (std::size_t at = 0; at < waiting.size() && found.size() < most_descendants; ++at) {
    const auto [first, last] = tree.children.equal_range(waiting[at]);
    for (auto child = first; child != last; ++child) {
      if (!seen.insert(child->second.pid).second) continue;
      waiting.push_back(child->second.pid);
      found.push_back(child->second);
    }
  }
  return found;
}

}  // namespace gander::host
