// SPDX-License-Identifier: Apache-2.0
// Three shelves: names of containers, of pods, and what the environments of processes say. Each is
// looked for in batches, one at a time.
#include "owner/title/title_desk.hpp"

#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "owner/cgroup/facts.hpp"
#include "owner/errand/errands.hpp"
#include "owner/title/container_names.hpp"
#include "owner/title/environment.hpp"
#include "owner/title/pod_folder.hpp"

namespace gander::owner {
namespace {

using std::chrono::nanoseconds;

/// Containers are renamed now and then.
constexpr std::chrono::minutes keep{5};
/// What has just begun may not have been written down yet.
constexpr std::chrono::seconds search_pause{30};
/// Looked for at once; the rest with the next batch.
constexpr std::size_t most_at_once = 1024;
/// In the lengths of ids that no person gave.
constexpr std::size_t shortest_id = 32;

/// One run of a process; numbers are reused.
struct Run {
  Pid pid{};
  std::uint64_t start_ticks{};
  friend auto operator<=>(const Run&, const Run&) = default;
};

/// What is known of things of one kind, by what identifies them.
template <class Key, class Value>
class Shelf {
 public:
  using Found = std::vector<std::pair<Key, Known<Value>>>;

  /// What is known of `key`; remembers that somebody asked.
  const Known<Value>& look(const Key& key) {
    auto& entry = entries_.try_emplace(key).first->second;
    entry.is_seen = true;
    return entry.value;
  }
  /// What to look for now, unless a look is going on; forgets what nobody asked for.
  std::vector<Key> take_wanted(nanoseconds now) {
    std::vector<Key> wanted;
    std::erase_if(entries_, [](const auto& entry) { return !entry.second.is_seen; });
    for (auto& [key, entry] : entries_) {
      entry.is_seen = false;
      const bool is_due = entry.due <= now;
      if (is_due && !is_out_ && wanted.size() < most_at_once) wanted.push_back(key);
    }
    return wanted;
  }
  /// A look goes on; what it found will lie in the tray.
  std::shared_ptr<Tray<Found>> begin() {
    is_out_ = true;
    return tray_;
  }
  void give_up() { is_out_ = false; }
  void collect(nanoseconds now) {
    if (!is_out_) return;
    const auto found = tray_->take();
    if (!found) return;
    is_out_ = false;
    for (const auto& [key, value] : *found) {
      const auto entry = entries_.find(key);
      if (entry == entries_.end()) continue;
      entry->second.value = value;
      entry->second.due = now + (value.is_known() ? nanoseconds{keep} : nanoseconds{search_pause});
    }
  }

 private:
  struct Entry {
    Known<Value> value;
    nanoseconds due{};  ///< Steady time.
    bool is_seen{};
  };
  std::map<Key, Entry> entries_;
  std::shared_ptr<Tray<Found>> tray_ = std::make_shared<Tray<Found>>();
  bool is_out_ = false;
};

using Containers = Shelf<ContainerQuery, FoundNames>;
using Pods = Shelf<std::string, Title>;
using Environments = Shelf<Run, EnvironmentNames>;

/// Sends one batch of a shelf: `find` is asked about each key on another thread.
template <class AShelf, class Key, class Find>
void send_batch(Errands& errands, std::string_view lane, AShelf& shelf, std::vector<Key> keys,
                Find find) {
  if (keys.empty()) return;
  auto job = [tray = shelf.begin(), keys = std::move(keys), find = std::move(find)] {
    typename AShelf::Found found;
    auto look = find();
    found.reserve(keys.size());
    for (const auto& key : keys) found.emplace_back(key, look(key));
    tray->put(std::move(found));
  };
  if (!errands.send(lane, std::move(job))) shelf.give_up();
}

void set_title(Owner& owner, const Known<Title>& title) {
  if (!title.is_known()) {
    owner.title = title.reason();
    return;
  }
  owner.title = title.value().name;
  owner.title_space = title.value().space;
  owner.title_source = title.value().source;
  owner.title_certainty = std::max(owner.certainty, title.value().certainty);
}

/// The reason for what was not found in two places; while one is still looked at, that it is.
Missing join_reasons(Missing one, Missing other) {
  const bool is_open = one == Missing::not_sampled || other == Missing::not_sampled;
  return is_open ? Missing::not_sampled : worse(one, other);
}

Known<Title> title_of_job(const Known<EnvironmentNames>& names, std::string_view job) {
  if (!names.is_known()) return names.reason();
  const auto& known = names.value();
  if (known.job != job || known.job_name.empty()) return Missing::no_data;
  return Title{known.job_name, known.job_user, std::string{environment_source}, Certainty::likely};
}

Known<Title> title_of_pod(const Known<EnvironmentNames>& names) {
  if (!names.is_known()) return names.reason();
  const auto& known = names.value();
  const std::string source{environment_source};
  if (!known.pod_name.empty()) {
    return Title{known.pod_name, known.pod_space, source, Certainty::likely};
  }
  if (known.pod_host.empty()) return Missing::no_data;
  return Title{known.pod_host, known.pod_space, source, Certainty::guess};
}

/// Before the unit and the user, which are farther from the process.
void add_job(std::vector<Owner>& owners, const EnvironmentNames& names) {
  Owner job{OwnerKind::slurm_job, names.job, std::string{environment_source}, Certainty::likely};
  set_title(job, title_of_job(names, names.job));
  const auto place = std::ranges::find_if(owners, [](const Owner& owner) {
    return owner.kind == OwnerKind::systemd_unit || owner.kind == OwnerKind::user;
  });
  owners.insert(place, std::move(job));
}

}  // namespace

struct TitleDesk::State {
  State(const os::Root& machine_root, const os::Clock& machine_clock)
      : root(machine_root), clock(machine_clock) {}

  os::Root root;
  const os::Clock& clock;
  Containers containers;
  Pods pods;
  Environments environments;
  std::uint64_t seen = 0;  ///< Errands that had come back when the trays were looked at.
  Errands errands;

  void collect() {
    if (errands.finished() == seen) return;
    seen = errands.finished();
    const auto now = clock.steady();
    containers.collect(now);
    pods.collect(now);
    environments.collect(now);
  }

  Known<EnvironmentNames> environment_of(const Process& process) {
    const bool is_there = process.presence == Presence::present && process.start_ticks.is_known();
    if (!is_there) return Missing::no_data;
    return environments.look({process.pid, process.start_ticks.value()});
  }

  /// Null where nobody may be asked about it.
  const Known<FoundNames>* names_of(const CgroupIdentity& identity) {
    const bool is_id = identity.container && identity.container->size() >= shortest_id;
    if (!is_id || (identity.is_delegated && !identity.user)) return nullptr;
    return &containers.look({*identity.container, identity.user});
  }

  Known<Title> title_of_container(const CgroupIdentity& identity) {
    const auto* found = names_of(identity);
    if (found == nullptr) return Missing::not_supported;
    if (!found->is_known()) return found->reason();
    auto title = title_of(found->value().names, found->value().source);
    // Two users may have containers of one name.
    if (identity.user && title.space.empty()) title.space = std::to_string(*identity.user);
    return title;
  }

  /// By the state of its container, else by the folders of the kubelet.
  Known<Title> title_of_pod(const CgroupIdentity& identity, const std::string& uid) {
    const auto* found = names_of(identity);
    if (found != nullptr && found->is_known()) {
      const auto& [names, source] = found->value();
      if (names.pod && names.pod->uid == uid) {
        return Title{names.pod->name, names.pod->space, std::string{source}, Certainty::certain};
      }
    }
    const auto& title = pods.look(uid);
    if (title.is_known() || found == nullptr || found->is_known()) return title;
    return join_reasons(title.reason(), found->reason());
  }
};

TitleDesk::TitleDesk(const os::Root& root, const os::Clock& clock)
    : state_(std::make_unique<State>(root, clock)) {}

TitleDesk::~TitleDesk() = default;

void TitleDesk::fill(const host::ProcessFacts& facts, std::vector<Owner>& owners) {
  auto& state = *state_;
  state.collect();
  const auto environment = state.environment_of(facts.process);
  const auto* identity = find_cgroup_identity(facts);
  bool has_job = false;
  for (Owner& owner : owners) {
    if (owner.kind == OwnerKind::slurm_job) {
      has_job = true;
      set_title(owner, title_of_job(environment, owner.name));
    } else if (owner.kind == OwnerKind::container && identity != nullptr) {
      set_title(owner, state.title_of_container(*identity));
    } else if (owner.kind == OwnerKind::pod && identity != nullptr) {
      auto title = state.title_of_pod(*identity, owner.name);
      const auto said = owner::title_of_pod(environment);
      if (!title.is_known()) {
        title = said.is_known() ? said : join_reasons(title.reason(), said.reason());
      }
      set_title(owner, title);
    }
  }
  if (!has_job && environment.is_known() && !environment.value().job.empty()) {
    add_job(owners, environment.value());
  }
}

void TitleDesk::send() {
  auto& state = *state_;
  const auto now = state.clock.steady();
  send_batch(state.errands, "containers", state.containers, state.containers.take_wanted(now),
             [root = state.root] {
               return [files = StateFiles{root}](const ContainerQuery& query) {
                 return find_container_names(query, files);
               };
             });
  send_batch(state.errands, "pods", state.pods, state.pods.take_wanted(now), [root = state.root] {
    return
        [files = StateFiles{root}](const std::string& uid) { return find_pod_title(uid, files); };
  });
  send_batch(state.errands, "environments", state.environments, state.environments.take_wanted(now),
             [root = state.root] {
               return [root](const Run& run) {
                 return read_environment_names(root, run.pid, run.start_ticks);
               };
             });
}

bool TitleDesk::has_news() const { return state_->errands.finished() != state_->seen; }

bool TitleDesk::wait(std::chrono::milliseconds patience) { return state_->errands.wait(patience); }

bool TitleDesk::is_busy() const { return state_->errands.is_busy(); }

}  // namespace gander::owner
