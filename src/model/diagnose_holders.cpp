// SPDX-License-Identifier: Apache-2.0
// Body of diagnose_holders.hpp. docs/notebooks.md says the same at more length.
#include "model/diagnose_holders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

namespace gander {
namespace {

/// So many numbers are named; what is more is only counted.
constexpr std::size_t most_named = 8;

struct Kind {
  Presence presence;
  std::string_view one;
  std::string_view several;
  std::string_view remedy;
};

/// The remedy begins with what costs least.
constexpr std::array kinds{
    Kind{
        Presence::gone,
        "no longer exists but still holds device memory: a zombie, whose context the driver keeps",
        "no longer exist but still hold device memory: zombies, whose context the driver keeps",
        "Somebody still has the device open: `sudo fuser -v /dev/nvidia*` names children, a "
        "debugger "
        "or the runtime of a container that did not end; end those. If nobody has, end the other "
        "work on the GPU and reset it (`nvidia-smi --gpu-reset`); reloading the driver or a reboot "
        "is the last resort."},
    Kind{Presence::zombie,
         "has ended, but its parent has not collected it, or a thread of it is still in the driver",
         "have ended, but their parents have not collected them, or a thread of theirs is still in "
         "the driver",
         "A signal does nothing to them: end the parent (`ps -o ppid= -p PID`), or the container. "
         "If "
         "one stays, look for XID messages in the kernel log."},
    Kind{
        Presence::outside,
        "is outside this container: its number belongs to another PID namespace. It is no zombie, "
        "and may be well",
        "are outside this container: their numbers belong to another PID namespace. They are no "
        "zombies, and may be well",
        "Look from the host, or start the container with the host's PID namespace (`--pid=host`; "
        "`hostPID: true` in a pod). Do not use these numbers here: they may name other processes."},
    Kind{Presence::hidden, "is hidden by the hidepid option of /proc",
         "are hidden by the hidepid option of /proc",
         "Join the group named by the mount's gid option, or run as root."}};

/// What is known of all holders of one kind.
struct Holders {
  std::vector<Pid> pids;
  std::set<DeviceIndex> devices;
  double memory = 0;  ///< Bytes.
  bool has_memory = true;
};

Holders find_holders(const Snapshot& snapshot, Presence presence) {
  Holders holders;
  for (const Process& process : snapshot.processes) {
    if (process.presence != presence || process.uses.empty()) continue;
    holders.pids.push_back(process.pid);
    for (const Use& use : process.uses) {
      const auto& memory = use.readings[Metric::gpu_memory];
      holders.has_memory = holders.has_memory && memory.is_known();
      holders.memory += memory.value_or(0);
      for (const Device& device : snapshot.devices) {
        if (device.uuid == Known<std::string>{use.device}) holders.devices.insert(device.index);
      }
    }
  }
  return holders;
}

std::string list_pids(const std::vector<Pid>& pids) {
  std::string text;
  for (std::size_t i = 0; i < std::min(pids.size(), most_named); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", pids[i]);
  }
  if (pids.size() > most_named) text += fmt::format(" and {} more", pids.size() - most_named);
  return text;
}

std::string describe(const Holders& holders) {
  constexpr double gib = 1024.0 * 1024.0 * 1024.0;
  std::string text = "PID " + list_pids(holders.pids);
  if (!holders.devices.empty()) {
    text += " on GPU " + list_devices({holders.devices.begin(), holders.devices.end()});
  }
  if (holders.has_memory) text += fmt::format(", {:.1f} GiB", holders.memory / gib);
  return text;
}

}  // namespace

std::vector<Finding> diagnose_holders(const Snapshot& snapshot) {
  std::vector<Finding> findings;
  for (const auto& kind : kinds) {
    const auto holders = find_holders(snapshot, kind.presence);
    if (holders.pids.empty()) continue;
    const auto what = holders.pids.size() == 1 ? kind.one : kind.several;
    findings.push_back({Severity::warning,
                        "processes",
                        fmt::format("{} {} ({})", holders.pids.size(), what, describe(holders)),
                        std::string{kind.remedy},
                        {}});
  }
  return findings;
}

}  // namespace gander
