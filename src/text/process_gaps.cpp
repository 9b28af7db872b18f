// SPDX-License-Identifier: Apache-2.0
// Devices by the reason why nobody knows who uses them.
#include "text/process_gaps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "text/units.hpp"
#include "text/words.hpp"

namespace gander::text {
namespace {

/// A snapshot that does not say whether the list is known, of before that was told, at least says
/// whether the device answers.
bool is_unlisted(const Device& device) {
  if (device.processes_complete.is_known() || device.state == DeviceState::suspended) return false;
  const auto reason = device.processes_complete.reason();
  if (reason == Missing::suspended) return false;
  return reason != Missing::not_sampled || device.state != DeviceState::ok;
}

std::string_view reason_of(const Device& device) {
  const auto reason = device.processes_complete.reason();
  if (reason != Missing::not_sampled) return missing_word(reason, 7, device.state);
  switch (device.state) {
    case DeviceState::lost:
    case DeviceState::reset_required:
      return missing_word(Missing::device_lost, 7, device.state);
    case DeviceState::inaccessible:
      return write_missing(Missing::no_permission, 7);
    case DeviceState::timed_out:
      return write_missing(Missing::timed_out, 7);
    default:
      return write_missing(Missing::driver_error, 7);
  }
}

}  // namespace

ProcessKnowledge find_process_knowledge(const Snapshot& snapshot) {
  const auto unlisted = std::ranges::count_if(snapshot.devices, is_unlisted);
  if (unlisted == 0) return ProcessKnowledge::all;
  return unlisted == std::ssize(snapshot.devices) ? ProcessKnowledge::none : ProcessKnowledge::some;
}

bool lists_all(const Device& device) {
  return !is_unlisted(device) && device.processes_complete != Known<bool>{false};
}

std::string write_partial_lists(const Snapshot& snapshot) {
  std::vector<DeviceIndex> devices;
  for (const auto& device : snapshot.devices) {
    if (device.processes_complete == Known<bool>{false}) devices.push_back(device.index);
  }
  if (devices.empty()) return {};
  return fmt::format("GPU {} may not name all processes.", list_devices(devices));
}

std::string write_process_gaps(const Snapshot& snapshot) {
  std::map<std::string_view, std::vector<DeviceIndex>> by_reason;
  for (const auto& device : snapshot.devices) {
    if (is_unlisted(device)) by_reason[reason_of(device)].push_back(device.index);
  }
  std::string names;
  for (const auto& [reason, devices] : by_reason) {
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", list_devices(devices), reason);
  }
  return names.empty() ? names : fmt::format("Processes are unknown for GPU {}.", names);
}

}  // namespace gander::text
