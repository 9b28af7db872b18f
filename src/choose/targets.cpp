// SPDX-License-Identifier: Apache-2.0
// Body of targets.hpp.
#include "choose/targets.hpp"

#include <algorithm>

namespace gander::choose {
namespace {

void add_use(EndingTarget& target, const Device& device, const Use& use) {
  const auto& more = use.readings[Metric::gpu_memory];
  if (target.devices.empty()) {
    target.gpu_memory = more;
  } else if (target.gpu_memory.is_known()) {
    target.gpu_memory = more.is_known() ? Reading{target.gpu_memory.value() + more.value()} : more;
  }
  target.devices.push_back(&device);
}

/// The process with what it has on the devices; without devices if there is nothing.
EndingTarget find_uses(const Snapshot& snapshot, const Process& process,
                       const Selection& selection) {
  EndingTarget target;
  target.process = &process;
  for (const Device& device : snapshot.devices) {
    if (!device.uuid.is_known() || !is_asked_for(device, selection)) continue;
    const auto use = std::ranges::find(process.uses, device.uuid.value(), &Use::device);
    if (use != process.uses.end()) add_use(target, device, *use);
  }
  return target;
}

bool only_draws(const Process& process) {
  return std::ranges::all_of(process.uses,
                             [](const Use& use) { return use.type == ContextType::graphics; });
}

}  // namespace

std::vector<EndingTarget> find_targets(const Snapshot& snapshot, const EndingWish& wish) {
  Selection devices;
  devices.devices = wish.devices;
  Selection people;
  people.users = wish.users;
  std::vector<EndingTarget> targets;
  for (const Process& process : snapshot.processes) {
    const bool is_named = std::ranges::find(wish.pids, process.pid) != wish.pids.end();
    if (!wish.pids.empty() && !is_named) continue;
    auto target = find_uses(snapshot, process, devices);
    if (target.devices.empty()) continue;
    if (!is_asked_for(process, people)) {
      target.mercy = Mercy::stranger;
    } else if (!is_named && !wish.graphics && only_draws(process)) {
      target.mercy = Mercy::graphics;
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace gander::choose
