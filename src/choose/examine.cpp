// SPDX-License-Identifier: Apache-2.0
// Each condition in turn; unknown values meet none.
#include "choose/examine.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gander/device_memory.hpp"

namespace gander::choose {
namespace {

bool is_one_of(const Process& process, const std::vector<std::string>& users) {
  return std::ranges::any_of(users, [&](const std::string& user) {
    return process.user == Known<std::string>{user} ||
           (process.uid.is_known() && std::to_string(process.uid.value()) == user);
  });
}

/// What runs on a device, without the people who count as nobody.
struct Usage {
  std::size_t computing{};
  double credit{};  ///< Bytes that those people hold.
};

Usage find_usage(const Snapshot& snapshot, const Device& device,
                 const std::vector<std::string>& free_users) {
  Usage usage;
  if (!device.uuid.is_known()) return usage;
  for (const Process& process : snapshot.processes) {
    const bool is_nobody = !free_users.empty() && is_one_of(process, free_users);
    for (const Use& use : process.uses) {
      if (use.device != device.uuid.value()) continue;
      if (is_nobody) {
        usage.credit += use.readings[Metric::gpu_memory].value_or(0);
      } else if (use.type != Known{ContextType::graphics}) {
        ++usage.computing;
      }
    }
  }
  return usage;
}

/// Collects what speaks against one device.
class Examination {
 public:
  Examination(const AvailabilityTerms& terms, Candidate& candidate)
      : terms_(terms), candidate_(candidate) {}

  void object(ObjectionKind kind, Reading value, double bound = 0) {
    candidate_.objections.push_back({kind, std::move(value), bound});
  }
  /// `value` may be at most the bound, which the tolerance moves up by `slack`.
  void at_most(ObjectionKind kind, const Reading& value, const std::optional<double>& bound,
               double slack) {
    if (bound)
      judge(kind, value, *bound, *bound + slack, [](double a, double b) { return a <= b; });
  }
  /// `value` has to be at least the bound, which the tolerance moves down.
  void at_least(ObjectionKind kind, const Reading& value, const std::optional<double>& bound) {
    if (!bound) return;
    judge(kind, value, *bound, *bound * (1 - terms_.tolerance),
          [](double a, double b) { return a >= b; });
  }

 private:
  template <class Holds>
  void judge(ObjectionKind kind, const Reading& value, double strict, double loose, Holds holds) {
    if (!value.is_known() || !holds(value.value(), loose)) return object(kind, value, strict);
    if (!holds(value.value(), strict)) ++candidate_.leniencies;
  }

  const AvailabilityTerms& terms_;
  Candidate& candidate_;
};

void examine_modes(const Device& device, const Usage& usage, Examination& examination) {
  const auto& mode = device.compute_mode;
  const auto computing = static_cast<double>(usage.computing);
  if (mode == Known{ComputeMode::prohibited}) {
    examination.object(ObjectionKind::prohibited, Missing::not_supported);
  }
  const bool is_exclusive =
      mode == Known{ComputeMode::exclusive_process} || mode == Known{ComputeMode::exclusive_thread};
  if (is_exclusive && usage.computing > 0) {
    examination.object(ObjectionKind::exclusive, Reading{computing}, 0);
  }
}

void examine_numbers(const Snapshot& snapshot, const AvailabilityTerms& terms, const Usage& usage,
                     Candidate& candidate, Examination& examination) {
  const Device& device = *candidate.device;
  // Nobody has a GPU open that sleeps.
  const bool is_asleep = device.state == DeviceState::suspended;
  const Reading& total = usable_memory_of(snapshot.host, device);
  Reading used = device.readings[Metric::memory_used];
  if (used.is_known()) used = std::max(0.0, used.value() - usage.credit);
  if (is_asleep) used = 0.0;
  if (!total.is_known()) {
    candidate.free_memory = total;
  } else if (!used.is_known()) {
    candidate.free_memory = used;
  } else {
    candidate.free_memory = std::max(0.0, total.value() - used.value());
  }
  const double loose = terms.tolerance;
  examination.at_most(ObjectionKind::used_share, is_asleep ? Reading{0.0} : share(used, total),
                      terms.most_used_share, loose * terms.most_used_share.value_or(0));
  examination.at_most(ObjectionKind::used_memory, used, terms.most_used_memory,
                      loose * terms.most_used_memory.value_or(0));
  examination.at_least(ObjectionKind::free_memory, candidate.free_memory, terms.least_free_memory);
  examination.at_least(ObjectionKind::total_memory, total, terms.least_total_memory);
  const auto utilization = [&](Metric metric) {
    return is_asleep ? Reading{0.0} : device.readings[metric];
  };
  examination.at_most(ObjectionKind::utilization, utilization(Metric::gpu_utilization),
                      terms.most_utilization, loose);
  examination.at_most(ObjectionKind::memory_utilization, utilization(Metric::memory_utilization),
                      terms.most_memory_utilization, loose);
  if (!terms.most_processes) return;
  // Who may be hidden is not counted as nobody.
  const bool may_hide = !is_asleep && device.processes_complete != Known{true};
  const auto counted = static_cast<double>(usage.computing);
  const auto most = static_cast<double>(*terms.most_processes);
  const bool is_enough = counted > most;
  const auto reason =
      device.processes_complete.is_known() ? Missing::withheld : device.processes_complete.reason();
  examination.at_most(ObjectionKind::processes,
                      may_hide && !is_enough ? Reading{reason} : Reading{counted}, most, 0);
}

/// Who has claimed a GPU has all of its instances.
void examine_claims(const Snapshot& snapshot, const Device& device, Candidate& candidate) {
  for (const Claim& claim : snapshot.claims) {
    const bool is_whole = device.parent && claim.device == *device.parent;
    if (!is_whole && device.uuid != Known<std::string>{claim.device}) continue;
    candidate.objections.push_back(
        {ObjectionKind::taken, Missing::not_supported, 0, claim.user.value_or("somebody")});
  }
  for (const Allocation& allocation : device.allocations) {
    candidate.objections.push_back(
        {ObjectionKind::taken, Missing::not_supported, 0, allocation.name});
  }
}

bool has_instances(const Snapshot& snapshot, const Device& device) {
  return device.uuid.is_known() && std::ranges::any_of(snapshot.devices, [&](const Device& other) {
           return other.parent && *other.parent == device.uuid.value();
         });
}

Candidate examine_one(const Snapshot& snapshot, const Device& device,
                      const AvailabilityTerms& terms) {
  Candidate candidate;
  candidate.device = &device;
  Examination examination{terms, candidate};
  if (device.state != DeviceState::ok && device.state != DeviceState::suspended) {
    // Whatever else could be said of it is old.
    examination.object(ObjectionKind::state, Missing::device_lost);
    return candidate;
  }
  const bool is_divided = device.mig_mode == Known{Switch::on} || has_instances(snapshot, device);
  if (!device.is_instance() && is_divided) {
    examination.object(ObjectionKind::divided, Missing::not_supported);
    return candidate;
  }
  const auto usage = find_usage(snapshot, device, terms.free_users);
  examine_modes(device, usage, examination);
  examine_numbers(snapshot, terms, usage, candidate, examination);
  examine_claims(snapshot, device, candidate);
  return candidate;
}

}  // namespace

std::vector<Candidate> examine(const Snapshot& snapshot, const AvailabilityTerms& terms) {
  std::vector<Candidate> candidates;
  candidates.reserve(snapshot.devices.size());
  for (const Device& device : snapshot.devices) {
    candidates.push_back(examine_one(snapshot, device, terms));
  }
  return candidates;
}

}  // namespace gander::choose
