// SPDX-License-Identifier: Apache-2.0
// Body of link_workloads.hpp.
#include "sample/link_workloads.hpp"

#include <algorithm>

namespace gander::sample {

std::optional<Owner> find_label(const owner::Attributed& attributed, Pid pid) {
  const auto link = attributed.links.find(pid);
  if (link == attributed.links.end()) return {};
  const auto workload = std::ranges::find(attributed.workloads, link->second.root, &Workload::root);
  if (workload == attributed.workloads.end()) return {};
  return owner::label_of(*workload, link->second);
}

void link_workloads(const owner::Attributed& attributed, std::span<Process> processes) {
  for (Process& process : processes) {
    // A number of another namespace, or of a process that ended, may be somebody else's here.
    if (process.presence != Presence::present) continue;
    const auto link = attributed.links.find(process.pid);
    process.workload = link == attributed.links.end() ? Known<Pid>{Missing::no_data}
                                                      : Known<Pid>{link->second.root};
  }
}

void add_workers(const os::Root& root, std::vector<Pid>& pids) {
  const auto workers = owner::find_workers(root);
  pids.insert(pids.end(), workers.begin(), workers.end());
  std::ranges::sort(pids);
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
}

}  // namespace gander::sample
