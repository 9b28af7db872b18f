// SPDX-License-Identifier: Apache-2.0
// From options to a selection, and the complaints about it.
#include "cli/selection.hpp"

#include <algorithm>
#include <utility>

#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/view.hpp"
#include "gander/cuda_visible.hpp"
#include "os/user.hpp"

namespace gander::cli {
namespace {

/// One line for all devices that were asked for and do not exist.
std::string name_invalid(const std::vector<DeviceIndex>& invalid) {
  std::string text = invalid.size() == 1 ? "no device" : "no devices";
  for (const auto& index : invalid) text += " " + to_string(index);
  return text + "; `gander` lists those there are";
}

std::string name_unknown(const std::vector<std::string>& users) {
  std::string text = users.size() == 1 ? "no user" : "no users";
  for (const auto& user : users) text += " '" + user + "'";
  return text + " on this machine, and no process of that name";
}

std::string name_absent(const std::vector<Pid>& pids) {
  std::string text = pids.size() == 1 ? "no process" : "no processes";
  for (const auto pid : pids) text += " " + std::to_string(pid);
  return text + " on any GPU";
}

}  // namespace

Selection find_selection(const StatusArguments& arguments, const Snapshot& snapshot) {
  Selection selection;
  if (arguments.only) {
    selection.devices = arguments.only;
  } else if (arguments.only_visible) {
    const auto value = process_environment()("CUDA_VISIBLE_DEVICES");
    selection.devices = parse_cuda_visible_devices(value, snapshot.devices);
    // A MIG instance is shown with the GPU it is part of: memory and power stand there.
    for (auto& index : *selection.devices) index.instance.reset();
  }
  if (arguments.users) {
    selection.users =
        arguments.users->empty() ? std::vector<std::string>{viewer_name()} : *arguments.users;
  }
  selection.pids = arguments.pids;
  if (arguments.compute) selection.require(ContextFilter::compute);
  if (arguments.only_compute) selection.require(ContextFilter::only_compute);
  if (arguments.graphics) selection.require(ContextFilter::graphics);
  if (arguments.only_graphics) selection.require(ContextFilter::only_graphics);
  return selection;
}

std::vector<std::string> find_free_users(const std::optional<std::vector<std::string>>& asked) {
  if (!asked) return {};
  auto users = *asked;
  std::erase(users, "");
  return users.empty() ? std::vector<std::string>{viewer_name()} : users;
}

void forget_present(std::vector<Pid>& pids, const Snapshot& snapshot) {
  std::erase_if(pids, [&](Pid pid) {
    return std::any_of(snapshot.processes.begin(), snapshot.processes.end(),
                       [pid](const Process& process) { return process.pid == pid; });
  });
}

std::vector<std::string> find_device_mistakes(const StatusArguments& arguments,
                                              const Snapshot& snapshot,
                                              const Selection& selection) {
  std::vector<std::string> mistakes;
  // Without a driver nothing is known of any device: that is said already.
  if (works(snapshot)) {
    const auto invalid = find_invalid(snapshot, selection);
    if (!invalid.empty()) mistakes.push_back(name_invalid(invalid));
    const auto visible = process_environment()("CUDA_VISIBLE_DEVICES");
    if (arguments.only_visible && !arguments.only && visible) {
      auto mistake = find_cuda_visible_mistake(*visible, snapshot.devices);
      if (!mistake.empty()) mistakes.push_back(std::move(mistake));
    }
  }
  const auto pids = find_absent_pids(snapshot, selection);
  if (works(snapshot) && !pids.empty()) mistakes.push_back(name_absent(pids));
  return mistakes;
}

std::vector<std::string> find_mistakes(const StatusArguments& arguments, const Snapshot& snapshot,
                                       const Selection& selection) {
  auto mistakes = find_device_mistakes(arguments, snapshot, selection);
  auto users = find_absent_users(snapshot, selection);
  std::erase_if(users, [](const std::string& user) { return os::find_user_id(user).has_value(); });
  if (!users.empty()) mistakes.push_back(name_unknown(users));
  return mistakes;
}

}  // namespace gander::cli
