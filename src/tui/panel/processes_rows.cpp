// SPDX-License-Identifier: Apache-2.0
// Which rows the process table has, and in which order.
#include <algorithm>
#include <compare>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "text/process_words.hpp"
#include "tui/panel/processes.hpp"

namespace gander::tui {
namespace {

/// A row and what it is ordered by where the user's keys say nothing.
struct Candidate {
  TableRow row;
  DeviceIndex index;
  std::string user;
};

auto natural_order(const Candidate& candidate) {
  return std::tie(candidate.index, candidate.user, candidate.row.process->pid);
}

bool is_gone(const Candidate& candidate) {
  return candidate.row.process->presence == Presence::gone;
}

const Reading& reading_of(const Candidate& candidate, SortKey key) {
  const auto& use = candidate.row.use->readings;
  const auto& process = candidate.row.process->readings;
  switch (key) {
    case SortKey::gpu_memory:
      return use[Metric::gpu_memory];
    case SortKey::sm:
      return use[Metric::gpu_sm_utilization];
    case SortKey::memory_bandwidth:
      return use[Metric::gpu_memory_utilization];
    case SortKey::cpu:
      return process[Metric::cpu_usage];
    case SortKey::host_memory:
      return process[Metric::resident_memory];
    default:
      return process[Metric::running_time];
  }
}

/// Names and numbers grow, loads and sizes shrink, unless reversed.
std::weak_ordering compare(const Candidate& a, const Candidate& b, const SortOrder& order) {
  const auto turned = [&](auto result) -> std::weak_ordering {
    return order.is_reversed ? 0 <=> result : result;
  };
  switch (order.key) {
    case SortKey::natural:
      return turned(natural_order(a) <=> natural_order(b));
    case SortKey::pid:
      return turned(a.row.process->pid <=> b.row.process->pid);
    case SortKey::user:
      return turned(a.user <=> b.user);
    default:
      break;
  }
  const Reading& left = reading_of(a, order.key);
  const Reading& right = reading_of(b, order.key);
  // What is not known stands last whatever the direction: it is neither much nor little.
  if (!left.is_known() || !right.is_known()) return right.is_known() <=> left.is_known();
  if (left.value() == right.value()) return std::weak_ordering::equivalent;
  return turned(left.value() > right.value() ? std::weak_ordering::less
                                             : std::weak_ordering::greater);
}

bool stands_before(const Candidate& a, const Candidate& b, const std::vector<SortOrder>& orders) {
  if (is_gone(a) != is_gone(b)) return is_gone(b);
  for (const SortOrder& order : orders) {
    const auto result = compare(a, b, order);
    if (result != 0) return result < 0;
  }
  return natural_order(a) < natural_order(b);
}

std::vector<Candidate> collect(const Snapshot& snapshot, const ViewState& state) {
  std::unordered_map<std::string_view, const Device*> devices;
  for (const Device& device : snapshot.devices) {
    if (device.uuid.is_known() && is_asked_for(device, state.selection)) {
      devices.emplace(device.uuid.value(), &device);
    }
  }
  std::vector<Candidate> all;
  for (const Process& process : snapshot.processes) {
    if (process.uses.empty() || !is_asked_for(process, state.selection)) continue;
    for (const Use& use : process.uses) {
      const auto found = devices.find(use.device);
      if (found == devices.end() || !matches(use.type, state.selection.contexts)) continue;
      if (!state.filter.matches(snapshot, process, use)) continue;
      all.push_back({{&process, &use, {}}, found->second->index, text::user_of(process)});
    }
  }
  return all;
}

std::string owner_name(const Process& process, std::initializer_list<OwnerKind> kinds) {
  for (const Owner& owner : process.owners) {
    if (std::ranges::find(kinds, owner.kind) != kinds.end()) return text::owner_label(owner);
  }
  return {};
}

std::string group_of(const Process& process, Grouping grouping) {
  const auto named = [](std::string name, const char* none) {
    return name.empty() ? std::string{none} : std::move(name);
  };
  switch (grouping) {
    case Grouping::user:
      return text::user_of(process);
    case Grouping::container:
      return named(owner_name(process, {OwnerKind::container, OwnerKind::pod}), "no container");
    case Grouping::job:
      return named(owner_name(process, {OwnerKind::slurm_job}), "no job");
    case Grouping::notebook:
      return named(owner_name(process, {OwnerKind::notebook}), "no notebook");
    case Grouping::none:
      break;
  }
  return {};
}

/// Groups stand in the order of their first row, so the sort decides among them too.
std::vector<TableRow> grouped(const std::vector<Candidate>& sorted, Grouping grouping) {
  std::vector<std::pair<std::string, std::vector<TableRow>>> groups;
  std::map<std::string, std::size_t> places;
  for (const Candidate& candidate : sorted) {
    auto name = group_of(*candidate.row.process, grouping);
    const auto [place, is_new] = places.emplace(name, groups.size());
    if (is_new) groups.emplace_back(std::move(name), std::vector<TableRow>{});
    groups[place->second].second.push_back(candidate.row);
  }
  std::vector<TableRow> rows;
  for (auto& [name, members] : groups) {
    rows.push_back({nullptr, nullptr, name});
    rows.insert(rows.end(), members.begin(), members.end());
  }
  return rows;
}

}  // namespace

std::vector<TableRow> arrange_rows(const Snapshot& snapshot, const ViewState& state) {
  auto all = collect(snapshot, state);
  std::ranges::stable_sort(
      all, [&](const Candidate& a, const Candidate& b) { return stands_before(a, b, state.sort); });
  if (state.grouping != Grouping::none) return grouped(all, state.grouping);
  std::vector<TableRow> rows;
  rows.reserve(all.size());
  for (Candidate& candidate : all) rows.push_back(std::move(candidate.row));
  return rows;
}

RowKey key_of(const TableRow& row) {
  if (row.process == nullptr) return {{}, row.group};
  return {key_of(*row.process), row.use->device};
}

}  // namespace gander::tui
