// SPDX-License-Identifier: Apache-2.0
// Sentences about nothing.
#include "tui/view/absence.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gander::tui {
namespace {

const Error* find_fault(const Snapshot& snapshot) {
  for (const DriverStatus& driver : snapshot.drivers) {
    if (driver.error) return &*driver.error;
  }
  return nullptr;
}

}  // namespace

std::string absence_of_devices(const Snapshot& snapshot) {
  const auto hidden = snapshot.devices.size();
  if (hidden > 0) return fmt::format("No device matches ({} hidden).", hidden);
  if (const Error* fault = find_fault(snapshot)) {
    return "The driver does not work: " + fault->message;
  }
  if (snapshot.time <= 0) return "Waiting for the first answer of the driver.";
  return "No GPU is visible here.";
}

std::string remedy_for_devices(const Snapshot& snapshot) {
  if (!snapshot.devices.empty() || find_fault(snapshot) == nullptr) return {};
  return "What helps: load the driver (modprobe nvidia); after an update of it, reload or reboot. "
         "gander doctor says more.";
}

std::string absence_of_processes(const Snapshot& snapshot) {
  if (snapshot.time <= 0) return "Gathering processes.";
  const bool answers = std::ranges::any_of(
      snapshot.devices, [](const Device& device) { return device.state == DeviceState::ok; });
  if (!answers && (find_fault(snapshot) != nullptr || !snapshot.devices.empty())) {
    return "Processes are unknown: no GPU answers.";
  }
  const auto users = std::ranges::count_if(
      snapshot.processes, [](const Process& process) { return !process.uses.empty(); });
  if (users > 0) return fmt::format("No process matches ({} hidden).", users);
  if (snapshot.host.initial_pid_namespace == Known{false}) {
    return "No process is shown; those outside this PID namespace may be hidden.";
  }
  return "No process uses a GPU.";
}

}  // namespace gander::tui
