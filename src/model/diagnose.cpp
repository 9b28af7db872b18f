// SPDX-License-Identifier: Apache-2.0
// Turns a snapshot into findings: what works, what does not, and what to do about it.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gander/finding.hpp"
#include "model/diagnose_device.hpp"
#include "model/diagnose_holders.hpp"

namespace gander {
namespace {

using Findings = std::vector<Finding>;

std::string remedy_for(Fault fault) {
  switch (fault) {
    case Fault::no_library:
      return "A library that is not where the loader looks is named by GANDER_NVML_LIBRARY.";
    case Fault::driver_down:
      return "If the kernel module is not loaded, `modprobe nvidia`; if the driver was updated, "
             "reload the module or reboot; else look for NVRM lines in the kernel log.";
    case Fault::no_permission:
      return "Join the group that owns /dev/nvidia*, or let the container or cgroup have them.";
    case Fault::timed_out:
      return "A driver call does not come back: look for XID messages in the kernel log; a reset "
             "of the GPU or a reboot is usually needed.";
    case Fault::device_lost:
      return "Look for XID messages in the kernel log; reset the GPU or reboot.";
    default:
      return {};
  }
}

void diagnose_driver(const DriverStatus& driver, Findings& findings) {
  if (driver.error) {
    findings.push_back({Severity::failure, "driver", driver.name + ": " + driver.error->message,
                        remedy_for(driver.error->fault), driver.error->fault});
    return;
  }
  std::string text = driver.name + ": driver " + driver.version.value_or("of unknown version");
  if (driver.cuda_version.is_known()) text += ", CUDA up to " + driver.cuda_version.value();
  if (driver.library.is_known()) text += ", library " + driver.library.value();
  findings.push_back({Severity::ok, "driver", text, {}, {}});
}

Finding state_of(const Device& device) {
  const auto name = device.name.value_or("a device whose name is not known");
  const auto detail =
      device.state_detail.empty() ? std::string{} : " (" + device.state_detail + ")";
  const auto finding = [&](Severity severity, std::string_view text, std::string remedy,
                           std::optional<Fault> fault) {
    return Finding{
        severity, {}, name + ": " + std::string{text} + detail, std::move(remedy), fault};
  };
  switch (device.state) {
    case DeviceState::ok:
      return finding(Severity::ok, "answers", {}, {});
    case DeviceState::lost:
      return finding(Severity::failure, "is lost", remedy_for(Fault::device_lost),
                     Fault::device_lost);
    case DeviceState::reset_required:
      return finding(Severity::failure, "must be reset",
                     "End the processes that use it, then reset it (`nvidia-smi --gpu-reset`).",
                     Fault::device_lost);
    case DeviceState::inaccessible:
      return finding(Severity::warning, "may not be opened", remedy_for(Fault::no_permission),
                     Fault::no_permission);
    case DeviceState::suspended:
      return finding(Severity::note, "sleeps and was not woken", {}, {});
    case DeviceState::timed_out:
      return finding(Severity::failure, "does not answer in time", remedy_for(Fault::timed_out),
                     Fault::timed_out);
    case DeviceState::unknown:
      return finding(Severity::warning, "answers with an error", {}, {});
  }
  return {};
}

/// A device that answers, but did not get through with all of it in the time there was.
std::optional<Finding> diagnose_slowness(const Device& device) {
  const auto rows = rows_of(Scope::device);
  const auto late = std::count_if(rows.begin(), rows.end(), [&](const MetricRow& row) {
    return device.readings[row.id] == Reading{Missing::timed_out};
  });
  if (late == 0) return std::nullopt;
  return Finding{Severity::warning,
                 {},
                 "answers slowly: " + std::to_string(late) + " numbers did not come in time",
                 "No call is stuck: the driver is busy. Look for programs that ask it much, or "
                 "lower their rate; without load, look for XID messages in the kernel log.",
                 Fault::timed_out};
}

/// What the driver refuses to tell, by its own name for the error.
std::vector<Finding> diagnose_errors(const Device& device) {
  std::map<std::string_view, std::string> by_code;
  for (const auto& error : device.errors) {
    auto& names = by_code[error.code];
    names += (names.empty() ? "" : ", ") + error.what;
  }
  Findings findings;
  for (const auto& [code, names] : by_code) {
    findings.push_back({Severity::warning,
                        {},
                        "the driver answers with " + std::string{code} + " for: " + names,
                        "Look for XID messages in the kernel log. Where it stays, reset the GPU or "
                        "update the driver.",
                        {}});
  }
  return findings;
}

/// Findings of devices; several devices of which the same is true share one.
class DeviceFindings {
 public:
  void add(const Device& device, Finding finding) {
    auto same = std::find_if(shared_.begin(), shared_.end(),
                             [&](const Shared& one) { return one.finding == finding; });
    if (same == shared_.end()) same = shared_.insert(same, {std::move(finding), {}});
    same->devices.push_back(device.index);
  }

  void move_to(Findings& findings) {
    for (auto& [finding, devices] : shared_) {
      finding.topic = "GPU " + list_devices(std::move(devices));
      findings.push_back(std::move(finding));
    }
  }

 private:
  struct Shared {
    Finding finding;
    std::vector<DeviceIndex> devices;
  };
  std::vector<Shared> shared_;
};

void diagnose_device(const Device& device, DeviceFindings& findings) {
  findings.add(device, state_of(device));
  if (device.state != DeviceState::ok || device.is_instance()) return;
  for (auto& finding : diagnose_errors(device)) findings.add(device, std::move(finding));
  if (auto slowness = diagnose_slowness(device)) findings.add(device, std::move(*slowness));
  for (auto& finding : diagnose_health(device)) findings.add(device, std::move(finding));
}

/// So many are named; what is more is only counted.
constexpr std::size_t most_named = 12;

std::string_view lack_phrase(Missing reason) {
  switch (reason) {
    case Missing::not_sampled:
      return "not asked for";
    case Missing::not_supported:
      return "not supported";
    case Missing::no_permission:
      return "no permission to read";
    case Missing::no_data:
      return "the driver has no value now for";
    case Missing::timed_out:
      return "not answered in time";
    case Missing::device_lost:
      return "not read because the device is lost";
    case Missing::driver_down:
      return "not read because the driver is down";
    case Missing::suspended:
      return "not read because the device sleeps";
    case Missing::withheld:
      return "withheld";
    case Missing::driver_error:
      return "the driver answers with an error for";
  }
  return "unknown";
}

std::string write_lack(Missing reason, const std::vector<std::string_view>& names) {
  auto text = std::string{lack_phrase(reason)} + ": ";
  for (std::size_t i = 0; i < std::min(names.size(), most_named); ++i) {
    text += (i == 0 ? "" : ", ") + std::string{names[i]};
  }
  if (names.size() <= most_named) return text;
  return text + " and " + std::to_string(names.size() - most_named) +
         " more (`missing` of the device in `gander --json`)";
}

/// The names of what a device that answers does not tell, by reason.
std::map<Missing, std::vector<std::string_view>> find_lacks(const Device& device) {
  std::map<Missing, std::vector<std::string_view>> lacks;
  if (device.state != DeviceState::ok) return lacks;
  for (const auto& row : rows_of(Scope::device)) {
    const auto& reading = device.readings[row.id];
    if (reading.is_known() || reading.reason() == Missing::not_sampled) continue;
    // Named with what the driver said.
    if (reading.reason() == Missing::driver_error) continue;
    // Most of what a GPU tells never exists for a part of it.
    if (device.is_instance() && reading.reason() == Missing::not_supported) continue;
    lacks[reading.reason()].push_back(row.name);
  }
  return lacks;
}

/// One note for each reason.
void diagnose_lacks(const Device& device, DeviceFindings& findings) {
  for (const auto& [reason, names] : find_lacks(device)) {
    findings.add(device, {Severity::note, {}, write_lack(reason, names), {}, {}});
  }
}

void diagnose_devices(const Snapshot& snapshot, Findings& findings) {
  const bool works = std::any_of(snapshot.drivers.begin(), snapshot.drivers.end(),
                                 [](const DriverStatus& driver) { return !driver.error; });
  if (snapshot.devices.empty() && works) {
    findings.push_back({Severity::failure, "devices", "the driver works but lists no device",
                        "Check that the GPU is seen (`lspci`), and that the container may use it.",
                        Fault::no_device});
  }
  DeviceFindings shared;
  for (const auto& device : snapshot.devices) diagnose_device(device, shared);
  for (const auto& device : snapshot.devices) diagnose_lacks(device, shared);
  shared.move_to(findings);
}

void diagnose_namespace(const Host& host, Findings& findings) {
  if (host.container.is_known()) {
    findings.push_back(
        {Severity::note, "container", "runs inside " + host.container.value(), {}, {}});
  }
  if (host.initial_pid_namespace == Known{false}) {
    findings.push_back(
        {Severity::note,
         "processes",
         "this PID namespace is not the machine's own: processes outside are hidden, and what they "
         "hold is counted in the used memory of the devices only",
         "Look from the host, or start the container with the host's PID namespace (`--pid=host`, "
         "`hostPID: true`).",
         {}});
  }
}

void diagnose_sources(const Snapshot& snapshot, Findings& findings) {
  for (const auto& source : snapshot.sources) {
    if (source.completeness == Completeness::complete || source.detail.empty()) continue;
    const bool told = std::any_of(
        snapshot.drivers.begin(), snapshot.drivers.end(),
        [&](const DriverStatus& driver) { return driver.name == source.name && driver.error; });
    if (!told) findings.push_back({Severity::note, source.name, source.detail, {}, {}});
  }
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::ok:
      return "ok";
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::failure:
      return "failure";
  }
  return "unknown";
}

std::vector<Finding> diagnose(const Snapshot& snapshot) {
  Findings findings;
  for (const auto& driver : snapshot.drivers) diagnose_driver(driver, findings);
  diagnose_devices(snapshot, findings);
  diagnose_namespace(snapshot.host, findings);
  for (auto& finding : diagnose_holders(snapshot)) findings.push_back(std::move(finding));
  diagnose_sources(snapshot, findings);
  return findings;
}

}  // namespace gander
