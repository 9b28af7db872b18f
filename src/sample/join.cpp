// SPDX-License-Identifier: Apache-2.0
// The join rules for processes: which row belongs to which process on which device.
#include "sample/join.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace gander::sample {
namespace {

/// Start times are exact to a clock tick and pass through the wall clock, which is corrected while
/// the machine runs; within this many seconds a process may be the one that was listed.
constexpr double start_time_slack = 1.0;

bool is_local(const driver::ListedProcess& row) { return row.pid_space == driver::PidSpace::ours; }

bool is_process(const driver::ListedProcess& row) { return row.pid > 0; }

/// How snapshots name a device that has no UUID: by what else tells it apart.
std::string key_of(const Device& device) {
  if (device.uuid.is_known()) return device.uuid.value();
  if (device.pci_bus_id.is_known()) return device.pci_bus_id.value();
  return to_string(device.index);
}

/// Where the driver lists the processes of a GPU's instances at the GPU, they belong to the
/// instances.
class InstanceMap {
 public:
  explicit InstanceMap(std::span<const DeviceRows> lists) {
    for (const auto& list : lists) {
      const auto& device = list.device;
      if (!device.parent || !device.gpu_instance_id.is_known()) continue;
      const auto compute = device.compute_instance_id;
      places_.emplace(std::tuple{std::string_view{*device.parent}, device.gpu_instance_id.value(),
                                 compute.is_known() ? compute.value() : 0U},
                      key_of(device));
    }
  }

  [[nodiscard]] std::string device_of(const std::string& listed, const Use& use) const {
    if (places_.empty() || !use.gpu_instance_id.is_known()) return listed;
    const auto compute = use.compute_instance_id.is_known() ? use.compute_instance_id.value() : 0U;
    const auto found =
        places_.find({std::string_view{listed}, use.gpu_instance_id.value(), compute});
    return found == places_.end() ? listed : found->second;
  }

 private:
  std::map<std::tuple<std::string_view, std::uint32_t, std::uint32_t>, std::string> places_;
};

Reading greater(const Reading& one, const Reading& other) {
  if (!one.is_known()) return other.is_known() ? other : one;
  if (!other.is_known()) return one;
  return std::max(one.value(), other.value());
}

Known<ContextType> both(const Known<ContextType>& one, const Known<ContextType>& other) {
  if (!one.is_known()) return other;
  if (!other.is_known() || one == other) return one;
  return ContextType::compute_graphics;
}

void merge(Use& into, const Use& use) {
  into.type = both(into.type, use.type);
  if (!into.gpu_instance_id.is_known()) into.gpu_instance_id = use.gpu_instance_id;
  if (!into.compute_instance_id.is_known()) into.compute_instance_id = use.compute_instance_id;
  for (const auto& row : rows_of(Scope::use)) {
    into.readings[row.id] = greater(into.readings[row.id], use.readings[row.id]);
  }
}

void add_use(Process& process, Use use) {
  for (auto& known : process.uses) {
    if (known.device == use.device) return merge(known, use);
  }
  process.uses.push_back(std::move(use));
}

bool began_after(const Process& process, double listed_at) {
  return process.start_time.is_known() && process.start_time.value() > listed_at + start_time_slack;
}

/// Collects processes by number; those that cannot be the local one of that number apart.
class Joiner {
 public:
  Joiner(std::vector<host::ProcessFacts> facts, Presence absent)
      : facts_(std::move(facts)), absent_(absent) {
    places_.reserve(facts_.size());
    for (std::size_t i = 0; i < facts_.size(); ++i) places_.emplace(facts_[i].process.pid, i);
  }

  void add(const driver::ListedProcess& row, std::string device, double listed_at) {
    if (has_ended(row, listed_at)) return;
    auto use = row.use;
    use.device = std::move(device);
    add_use(process_of(row, listed_at), std::move(use));
  }

  std::vector<Process> finish(const FindOwners& find_owners) && {
    std::vector<std::vector<Owner>> owners;
    owners.reserve(facts_.size());
    for (const auto& facts : facts_) owners.push_back(find_owners(facts, facts_));
    std::vector<Process> processes;
    processes.reserve(facts_.size() + strangers_.size());
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      processes.push_back(std::move(facts_[i].process));
      processes.back().owners = std::move(owners[i]);
      if (processes.back().presence == Presence::gone) processes.back().presence = absent_;
    }
    for (auto& [key, process] : strangers_) processes.push_back(std::move(process));
    std::sort(processes.begin(), processes.end(), [](const auto& a, const auto& b) {
      return std::tie(a.pid, a.presence) < std::tie(b.pid, b.presence);
    });
    return processes;
  }

 private:
  /// A row of a moment ago whose process is no more: it ended since, and holds nothing for all we
  /// know.
  [[nodiscard]] bool has_ended(const driver::ListedProcess& row, double listed_at) const {
    if (row.age <= 0 || !is_local(row)) return false;
    const auto found = places_.find(row.pid);
    return found == places_.end() ||
           began_after(facts_[found->second].process, listed_at - row.age);
  }

  Process& process_of(const driver::ListedProcess& row, double listed_at) {
    if (!is_local(row)) return stranger(row.pid, Presence::outside, Missing::withheld);
    const auto found = places_.find(row.pid);
    if (found == places_.end()) return stranger(row.pid, absent_, Missing::no_data);
    auto& process = facts_[found->second].process;
    if (!began_after(process, listed_at)) return process;
    return stranger(row.pid, absent_, Missing::no_data);
  }

  Process& stranger(Pid pid, Presence presence, Missing reason) {
    const auto [place, is_new] = strangers_.try_emplace({pid, presence});
    if (is_new) place->second = host::make_unknown_process(pid, presence, reason);
    return place->second;
  }

  std::vector<host::ProcessFacts> facts_;
  Presence absent_;
  std::unordered_map<Pid, std::size_t> places_;
  std::map<std::pair<Pid, Presence>, Process> strangers_;
};

}  // namespace

std::vector<Pid> find_local_pids(std::span<const DeviceRows> lists) {
  std::vector<Pid> pids;
  for (const auto& list : lists) {
    for (const auto& row : list.rows) {
      if (is_process(row) && is_local(row)) pids.push_back(row.pid);
    }
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

std::vector<Process> join(std::span<const DeviceRows> lists, std::vector<host::ProcessFacts> facts,
                          const FindOwners& find_owners, Presence absent) {
  const InstanceMap instances(lists);
  Joiner joiner(std::move(facts), absent);
  for (const auto& list : lists) {
    const auto device = key_of(list.device);
    for (const auto& row : list.rows) {
      if (is_process(row)) joiner.add(row, instances.device_of(device, row.use), list.listed_at);
    }
  }
  return std::move(joiner).finish(find_owners);
}

}  // namespace gander::sample
