// SPDX-License-Identifier: Apache-2.0
// Wires drivers, host and owners into a sampler.
#include "cli/machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "cli/environment.hpp"
#include "cli/patience.hpp"
#include "cli/print.hpp"
#include "cli/version.hpp"

namespace gander::cli {

namespace {

/// Set by the simulator alone: what its kernel tells of the machine. Else empty.
std::string simulated_root() {
  const char* folder = std::getenv("GANDER_SIM_ROOT");
  return folder == nullptr ? "" : folder;
}

/// Who misspells a "no" still means none.
bool may_ask_servers() {
  const char* word = std::getenv("GANDER_ASK_SERVERS");
  if (word == nullptr || *word == '\0') return true;
  const auto found = find_switch_word(word);
  if (!found) {
    complain("GANDER_ASK_SERVERS is neither true nor false; no server is asked");
  }
  return found.value_or(false);
}

}  // namespace

driver::Options driver_options() {
  driver::Options options;
  if (const char* library = std::getenv("GANDER_NVML_LIBRARY")) options.library = library;
  options.overlay = simulated_root();
  return options;
}

std::unique_ptr<sample::Sampler> open_machine() {
  return open_machine(driver::make_drivers(driver_options()));
}

std::unique_ptr<sample::Sampler> open_machine(
    std::vector<std::unique_ptr<driver::Driver>> drivers) {
  sample::SamplerOptions options;
  options.drivers = std::move(drivers);
  options.version = version;
  options.accounts.emplace("/", simulated_root());
  if (!may_ask_servers()) options.ask_servers = owner::jupyter::Asking::off;
  return sample::make_sampler(std::move(options));
}

SnapshotPointer sample_patiently(sample::Sampler& sampler, const Demand& demand) {
  const Patience patience{"the driver has not answered yet; waiting for at most 30 s"};
  return sampler.sample_once(demand);
}

SnapshotPointer sample_twice(sample::Sampler& sampler, const Demand& demand, Seconds between) {
  auto snapshot = sample_patiently(sampler, demand);
  if (!works(*snapshot)) return snapshot;
  std::this_thread::sleep_for(between);
  return sampler.sample_once(demand);
}

bool works(const Snapshot& snapshot) {
  return std::any_of(snapshot.drivers.begin(), snapshot.drivers.end(),
                     [](const DriverStatus& driver) { return !driver.error.has_value(); });
}

ExitCode judge_drivers(const Snapshot& snapshot) {
  if (!works(snapshot)) {
    return snapshot.drivers.empty() ? ExitCode::no_library
                                    : exit_code_for(snapshot.drivers.front().error->fault);
  }
  return snapshot.devices.empty() ? ExitCode::no_devices : ExitCode::fine;
}

namespace {

/// The devices that cannot be read, by what is the matter with them.
using Unreadable = std::map<DeviceState, std::vector<DeviceIndex>>;

Unreadable find_unreadable(const Snapshot& snapshot, const Selection& selection) {
  Unreadable unreadable;
  for (const auto& device : snapshot.devices) {
    if (!is_asked_for(device, selection)) continue;
    if (device.state == DeviceState::ok || device.state == DeviceState::suspended) continue;
    unreadable[device.state].push_back(device.index);
  }
  return unreadable;
}

std::string name_unreadable(const Unreadable& unreadable) {
  std::string text;
  for (const auto& [state, devices] : unreadable) {
    text += (text.empty() ? "cannot read GPU " : "; GPU ") + list_devices(devices);
    std::string reason{state == DeviceState::unknown ? "answers with an error" : name_of(state)};
    std::replace(reason.begin(), reason.end(), '_', ' ');
    text += ": " + reason;
  }
  return text;
}

/// Why nothing can be read.
ExitCode judge_unreadable(const Unreadable& unreadable) {
  if (unreadable.contains(DeviceState::timed_out)) return ExitCode::timed_out;
  if (unreadable.contains(DeviceState::inaccessible)) return ExitCode::no_permission;
  if (unreadable.contains(DeviceState::unknown)) return ExitCode::driver_down;
  return ExitCode::device_lost;
}

}  // namespace

Verdict judge_answers(const Snapshot& snapshot, const Selection& selection) {
  if (const auto code = judge_drivers(snapshot); code != ExitCode::fine) {
    const bool is_empty = code == ExitCode::no_devices;
    return {code, is_empty ? "the driver works but has no GPU; `gander doctor` says more" : ""};
  }
  const auto unreadable = find_unreadable(snapshot, selection);
  if (unreadable.empty()) return {};
  std::size_t count = 0;
  for (const auto& [state, devices] : unreadable) count += devices.size();
  const auto wanted =
      std::count_if(snapshot.devices.begin(), snapshot.devices.end(),
                    [&](const Device& device) { return is_asked_for(device, selection); });
  const bool are_lost = unreadable.size() == 1 && unreadable.contains(DeviceState::lost);
  const auto some = are_lost ? ExitCode::fine : ExitCode::incomplete;
  return {count == static_cast<std::size_t>(wanted) ? judge_unreadable(unreadable) : some,
          name_unreadable(unreadable)};
}

void complain_about(const Snapshot& snapshot, const Verdict& verdict) {
  if (verdict.code == ExitCode::fine) return;
  for (const auto& driver : snapshot.drivers) {
    if (driver.error) complain(driver.error->message);
  }
  if (!verdict.complaint.empty()) complain(verdict.complaint);
}

void leave(ExitCode code, const sample::Sampler& sampler) {
  // An ordinary end destroys what is static, which no thread may still use.
  const bool has_threads = sampler.is_started() || sampler.has_stuck_worker();
  if (has_threads) ::_exit(static_cast<int>(code));
  std::exit(static_cast<int>(code));
}

}  // namespace gander::cli
