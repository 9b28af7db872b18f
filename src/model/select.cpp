// SPDX-License-Identifier: Apache-2.0
// Narrowing of snapshots: pure, and the same for every view.
#include "gander/select.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace gander {
namespace {

bool matches(ContextType type, ContextFilter filter) {
  switch (filter) {
    case ContextFilter::compute:
      return type != ContextType::graphics;
    case ContextFilter::only_compute:
      return type == ContextType::compute;
    case ContextFilter::graphics:
      return type != ContextType::compute;
    case ContextFilter::only_graphics:
      return type == ContextType::graphics;
  }
  return false;
}

bool belongs_to(const Process& process, const std::string& user) {
  return (process.user.is_known() && process.user.value() == user) ||
         (process.uid.is_known() && std::to_string(process.uid.value()) == user);
}

std::set<std::string_view> uuids_of(const std::vector<Device>& devices) {
  std::set<std::string_view> uuids;
  for (const auto& device : devices) {
    if (device.uuid.is_known()) uuids.insert(device.uuid.value());
  }
  return uuids;
}

/// Whether the process used something before and still does after its uses are narrowed.
bool keeps_use(Process& process, const Selection& selection,
               const std::set<std::string_view>& uuids) {
  if (process.uses.empty() || !is_asked_for(process, selection)) return false;
  std::erase_if(process.uses, [&](const Use& use) {
    return !uuids.contains(use.device) || !matches(use.type, selection.contexts);
  });
  return !process.uses.empty();
}

/// The pids of `kept` and of everybody above them.
std::set<Pid> with_ancestors(const std::vector<Process>& processes, const std::set<Pid>& kept) {
  auto all = kept;
  // Each round climbs at least one generation, so a loop of parents ends it too.
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (const auto& process : processes) {
      if (!all.contains(process.pid) || !process.parent.is_known()) continue;
      has_grown = all.insert(process.parent.value()).second || has_grown;
    }
  }
  return all;
}

}  // namespace

bool is_asked_for(const Device& device, const Selection& selection) {
  if (!selection.devices) return true;
  const DeviceIndex& index = device.index;
  return std::any_of(
      selection.devices->begin(), selection.devices->end(), [&](const DeviceIndex& asked) {
        return asked == index || (!asked.instance.has_value() && asked.gpu == index.gpu);
      });
}

bool is_asked_for(const Process& process, const Selection& selection) {
  const auto& [devices, users, pids, contexts] = selection;
  if (!pids.empty() && std::find(pids.begin(), pids.end(), process.pid) == pids.end()) return false;
  if (users.empty()) return true;
  return std::any_of(users.begin(), users.end(),
                     [&](const std::string& user) { return belongs_to(process, user); });
}

bool matches(const Known<ContextType>& type, ContextFilters filters) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (!filters[i]) continue;
    if (!type.is_known() || !matches(type.value(), static_cast<ContextFilter>(i))) return false;
  }
  return true;
}

std::vector<DeviceIndex> find_invalid(const Snapshot& snapshot, const Selection& selection) {
  std::set<DeviceIndex> invalid;
  if (selection.devices) invalid.insert(selection.devices->begin(), selection.devices->end());
  for (const auto& device : snapshot.devices) invalid.erase(device.index);
  return {invalid.begin(), invalid.end()};
}

std::vector<std::string> find_absent_users(const Snapshot& snapshot, const Selection& selection) {
  auto absent = selection.users;
  std::erase_if(absent, [&](const std::string& user) {
    const bool is_number = user.find_first_not_of("0123456789") == std::string::npos;
    return is_number ||
           std::any_of(snapshot.processes.begin(), snapshot.processes.end(),
                       [&](const Process& process) { return belongs_to(process, user); });
  });
  return absent;
}

std::vector<Pid> find_absent_pids(const Snapshot& snapshot, const Selection& selection) {
  auto absent = selection.pids;
  std::erase_if(absent, [&](Pid pid) {
    return std::any_of(
        snapshot.processes.begin(), snapshot.processes.end(),
        [pid](const Process& process) { return process.pid == pid && !process.uses.empty(); });
  });
  return absent;
}

Snapshot select(Snapshot snapshot, const Selection& selection) {
  if (selection.is_everything()) return snapshot;
  std::erase_if(snapshot.devices,
                [&](const Device& device) { return !is_asked_for(device, selection); });
  const auto uuids = uuids_of(snapshot.devices);
  std::set<Pid> users;
  std::set<Pid> kept;
  for (auto& process : snapshot.processes) {
    if (!process.uses.empty()) users.insert(process.pid);
    if (keeps_use(process, selection, uuids)) kept.insert(process.pid);
  }
  const auto family = with_ancestors(snapshot.processes, kept);
  std::erase_if(snapshot.processes, [&](const Process& process) {
    const bool is_left_out = users.contains(process.pid) && !kept.contains(process.pid);
    return is_left_out || !family.contains(process.pid);
  });
  return snapshot;
}

}  // namespace gander
