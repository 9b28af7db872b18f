// SPDX-License-Identifier: Apache-2.0
// Sentences about nothing.
#include "tui/view/absence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/process_gaps.hpp"

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
  const auto known = text::find_process_knowledge(snapshot);
  const bool is_down = snapshot.devices.empty() && find_fault(snapshot) != nullptr;
  if (known == text::ProcessKnowledge::none || is_down) {
    return "Processes are unknown: no GPU answers.";
  }
  const auto users = std::ranges::count_if(
      snapshot.processes, [](const Process& process) { return !process.uses.empty(); });
  if (users > 0) return fmt::format("No process matches ({} hidden).", users);
  if (snapshot.host.initial_pid_namespace == Known{false}) {
    return "No process is shown; those outside this PID namespace may be hidden.";
  }
  if (known == text::ProcessKnowledge::some) return "No process uses another GPU.";
  return "No process uses a GPU.";
}

std::string gaps_in_processes(const Snapshot& snapshot) {
  if (text::find_process_knowledge(snapshot) != text::ProcessKnowledge::some) return {};
  return text::write_process_gaps(snapshot);
}

}  // namespace gander::tui
