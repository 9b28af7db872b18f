// SPDX-License-Identifier: Apache-2.0
// Each condition in turn; unknown values meet none.
#include "choose/examine.hpp"

#include <algorithm>
#include <utility>

#include "gander/device_memory.hpp"
#include "gander/select.hpp"

namespace gander::choose {
namespace {

/// What runs on a device, without the people who count as nobody.
struct Usage {
  std::size_t computing{};
  double credit{};  ///< Bytes that those people hold.
};

Usage find_usage(const Snapshot& snapshot, const Device& device,
                 const std::vector<std::string>& free_users) {
  Usage usage;
  if (!device.uuid.is_known()) return usage;
  Selection nobodies;
  nobodies.users = free_users;
  for (const Process& process : snapshot.processes) {
    const bool is_nobody = !free_users.empty() && is_asked_for(process, nobodies);
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

/// What is at most, or at least, so much; the second number is where the tolerance moves it.
struct Bound {
  double strict{};
  double loose{};
};

/// Collects what speaks against one device that answers.
class Examination {
 public:
  Examination(const Snapshot& snapshot, const AvailabilityTerms& terms, Candidate& candidate)
      : snapshot_(snapshot),
        terms_(terms),
        candidate_(candidate),
        device_(*candidate.device),
        usage_(find_usage(snapshot, device_, terms.free_users)) {}

  void examine_modes() {
    const auto& mode = device_.compute_mode;
    if (mode == Known{ComputeMode::prohibited}) {
      object(ObjectionKind::prohibited, Missing::not_supported, 0);
    }
    const bool is_exclusive = mode == Known{ComputeMode::exclusive_process} ||
                              mode == Known{ComputeMode::exclusive_thread};
    if (is_exclusive && usage_.computing > 0) {
      object(ObjectionKind::exclusive, static_cast<double>(usage_.computing), 0);
    }
  }

  void examine_memory() {
    const Reading& total = usable_memory_of(snapshot_.host, device_);
    const Reading used = find_used();
    if (total.is_known() && used.is_known()) {
      candidate_.free_memory = std::max(0.0, total.value() - used.value());
    } else {
      candidate_.free_memory = total.is_known() ? used : total;
    }
    const double more = 1 + terms_.tolerance;
    const double less = 1 - terms_.tolerance;
    const Reading used_share = is_asleep() ? Reading{0.0} : share(used, total);
    at_most(ObjectionKind::used_share, used_share, scaled(terms_.most_used_share, more));
    at_most(ObjectionKind::used_memory, used, scaled(terms_.most_used_memory, more));
    at_least(ObjectionKind::free_memory, candidate_.free_memory,
             scaled(terms_.least_free_memory, less));
    at_least(ObjectionKind::total_memory, total, scaled(terms_.least_total_memory, less));
  }

  void examine_use() {
    const auto shifted = [&](const std::optional<double>& bound) {
      return bound ? std::optional{Bound{*bound, *bound + terms_.tolerance}} : std::nullopt;
    };
    const auto reading = [&](Metric metric) {
      return is_asleep() ? Reading{0.0} : device_.readings[metric];
    };
    at_most(ObjectionKind::utilization, reading(Metric::gpu_utilization),
            shifted(terms_.most_utilization));
    at_most(ObjectionKind::memory_utilization, reading(Metric::memory_utilization),
            shifted(terms_.most_memory_utilization));
  }

  void examine_processes() {
    if (!terms_.most_processes) return;
    const auto most = static_cast<double>(*terms_.most_processes);
    Reading counted = static_cast<double>(usage_.computing);
    // Who may be hidden is not counted as nobody.
    const auto& complete = device_.processes_complete;
    const bool may_hide = !is_asleep() && complete != Known{true};
    if (may_hide && counted.value() <= most) {
      counted = complete.is_known() ? Missing::withheld : complete.reason();
    }
    at_most(ObjectionKind::processes, counted, Bound{most, most});
  }

  /// Who has claimed a GPU has all of its instances.
  void examine_claims() {
    for (const Claim& claim : snapshot_.claims) {
      const bool is_whole = device_.parent && claim.device == *device_.parent;
      if (!is_whole && device_.uuid != Known<std::string>{claim.device}) continue;
      object(ObjectionKind::taken, Missing::not_supported, 0, claim.user.value_or("somebody"));
    }
    for (const Allocation& allocation : device_.allocations) {
      object(ObjectionKind::taken, Missing::not_supported, 0, allocation.name);
    }
  }

 private:
  /// Nobody has a GPU open that sleeps.
  [[nodiscard]] bool is_asleep() const { return device_.state == DeviceState::suspended; }

  [[nodiscard]] Reading find_used() const {
    if (is_asleep()) return 0.0;
    const Reading& used = device_.readings[Metric::memory_used];
    if (!used.is_known()) return used;
    return std::max(0.0, used.value() - usage_.credit);
  }

  static std::optional<Bound> scaled(const std::optional<double>& bound, double factor) {
    if (!bound) return std::nullopt;
    return Bound{*bound, *bound * factor};
  }

  void at_most(ObjectionKind kind, const Reading& value, const std::optional<Bound>& bound) {
    if (!bound) return;
    if (!value.is_known() || value.value() > bound->loose) {
      object(kind, value, bound->strict);
    } else if (value.value() > bound->strict) {
      ++candidate_.leniencies;
    }
  }
  void at_least(ObjectionKind kind, const Reading& value, const std::optional<Bound>& bound) {
    if (!bound) return;
    if (!value.is_known() || value.value() < bound->loose) {
      object(kind, value, bound->strict);
    } else if (value.value() < bound->strict) {
      ++candidate_.leniencies;
    }
  }
  void object(ObjectionKind kind, const Reading& value, double bound, std::string who = {}) {
    candidate_.objections.push_back({kind, value, bound, std::move(who)});
  }

  const Snapshot& snapshot_;
  const AvailabilityTerms& terms_;
  Candidate& candidate_;
  const Device& device_;
  Usage usage_;
};

bool has_instances(const Snapshot& snapshot, const Device& device) {
  return device.uuid.is_known() && std::ranges::any_of(snapshot.devices, [&](const Device& other) {
           return other.parent && *other.parent == device.uuid.value();
         });
}

Candidate examine_one(const Snapshot& snapshot, const Device& device,
                      const AvailabilityTerms& terms) {
  Candidate candidate;
  candidate.device = &device;
  if (device.state != DeviceState::ok && device.state != DeviceState::suspended) {
    // Whatever else could be said of it is old.
    candidate.objections.push_back({ObjectionKind::state, Missing::device_lost});
    return candidate;
  }
  const bool is_divided = device.mig_mode == Known{Switch::on} || has_instances(snapshot, device);
  if (!device.is_instance() && is_divided) {
    candidate.objections.push_back({ObjectionKind::divided, Missing::not_supported});
    return candidate;
  }
  Examination examination{snapshot, terms, candidate};
  examination.examine_modes();
  examination.examine_memory();
  examination.examine_use();
  examination.examine_processes();
  examination.examine_claims();
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
