// SPDX-License-Identifier: Apache-2.0
// Broken memory, heat, links, the fabric, and what the driver asks people to do.
#include "model/diagnose_device.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace gander {
namespace {

using Findings = std::vector<Finding>;

void warn(Findings& findings, std::string text, std::string_view remedy) {
  findings.push_back({Severity::warning, {}, std::move(text), std::string{remedy}, {}});
}

void note(Findings& findings, std::string_view text, std::string_view remedy) {
  findings.push_back({Severity::note, {}, std::string{text}, std::string{remedy}, {}});
}

void diagnose_recovery(const Device& device, Findings& findings) {
  constexpr std::string_view reset = "End what uses it, then `nvidia-smi --gpu-reset`.";
  switch (device.recovery_action.value_or(RecoveryAction::none)) {
    case RecoveryAction::none:
      return;
    case RecoveryAction::reset_gpu:
      return warn(findings, "the driver asks for a reset", reset);
    case RecoveryAction::reboot:
      return warn(findings, "the driver asks for a reboot of the machine", "Reboot it.");
    case RecoveryAction::drain_peers:
      return warn(findings, "the driver asks for a reset, without work on the GPUs linked to it",
                  "End what uses it and its peers, then `nvidia-smi --gpu-reset`.");
    case RecoveryAction::drain_and_reset:
      return warn(findings, "the driver asks to start nothing new on it, and to reset it then",
                  "Let its work end, then `nvidia-smi --gpu-reset`.");
    case RecoveryAction::reset_fabric:
      return warn(findings, "the driver asks to restart its share of the NVLink fabric",
                  "Restart the fabric's services and the work that spans machines.");
  }
}

void diagnose_memory(const Device& device, Findings& findings) {
  const Reading& errors = device.readings[Metric::ecc_volatile_uncorrected];
  if (errors.is_known() && errors.value() > 0) {
    warn(findings, "has uncorrected memory errors since the driver was loaded",
         "Results of running work may be wrong; reset or replace the GPU.");
  }
  if (device.remap_failed == Known{true}) {
    warn(findings, "a broken row of its memory cannot be replaced: there is no spare",
         "Have the board replaced.");
  }
  if (device.remap_pending == Known{true}) {
    warn(findings, "broken rows of its memory wait for a reset to be replaced",
         "End what uses it, then `nvidia-smi --gpu-reset`.");
  }
  if (device.retirement_pending == Known{true}) {
    warn(findings, "broken pages of its memory wait for a reset to be taken out of use",
         "End what uses it, then `nvidia-smi --gpu-reset`.");
  }
}

void diagnose_heat(const Device& device, Findings& findings) {
  const auto limits = device.clock_limits.value_or(ClockLimits{});
  const auto is_limited_by = [&](ClockLimit limit) {
    return limits.test(static_cast<std::size_t>(limit));
  };
  const Reading& now = device.readings[Metric::temperature];
  const Reading& slowdown = device.readings[Metric::temperature_slowdown];
  const bool is_hot = now.is_known() && slowdown.is_known() && slowdown.value() > 0 &&
                      now.value() >= slowdown.value();
  if (is_hot || is_limited_by(ClockLimit::hardware_thermal) ||
      is_limited_by(ClockLimit::software_thermal)) {
    warn(findings, "is so hot that it runs slower", "Look at its fans, the air flow and the room.");
  }
  if (is_limited_by(ClockLimit::power_brake)) {
    warn(findings, "is slowed down by the machine's power supply",
         "Look at the power supplies and the power limits of the machine.");
  }
}

/// A board may leave all links unused; one that uses some should use all.
void diagnose_links(const Device& device, Findings& findings) {
  std::string down;
  std::size_t up = 0;
  std::size_t count_down = 0;
  for (const Link& link : device.links) {
    if (link.state == Known{Switch::on}) ++up;
    if (link.state != Known{Switch::off}) continue;
    down += (down.empty() ? "" : ", ") + std::to_string(link.number);
    ++count_down;
  }
  if (up == 0 || count_down == 0) return;
  warn(findings,
       std::to_string(count_down) + " of its " + std::to_string(up + count_down) + " NVLinks " +
           (count_down == 1 ? "is" : "are") + " down: " + down,
       "Traffic goes other, slower ways. Look for XID messages in the kernel log, and at the "
       "switches and bridges.");
}

void diagnose_fabric(const Device& device, Findings& findings) {
  const auto state = device.fabric.state.value_or(FabricState::not_supported);
  if (state == FabricState::not_started || state == FabricState::in_progress) {
    warn(findings, "has not joined its NVLink fabric",
         "Work on several GPUs does not start. Look at the fabric manager (`systemctl status "
         "nvidia-fabricmanager`).");
  }
  const auto health = device.fabric.health.value_or(FabricHealth::healthy);
  if (health != FabricHealth::healthy) {
    warn(findings,
         health == FabricHealth::unhealthy ? "its NVLink fabric is unhealthy"
                                           : "its NVLink fabric has limited capacity",
         "Look at the fabric manager and the switches.");
  }
}

void diagnose_modes(const Device& device, Findings& findings) {
  const bool is_guest = device.virtualization == Known{Virtualization::guest};
  if (device.persistence_mode == Known{Switch::off} && !is_guest) {
    note(findings, "persistence mode is off: the first query after idling takes longer",
         "On a server: `systemctl enable --now nvidia-persistenced`. On a desktop or laptop it is "
         "well as it is.");
  }
  const auto is_changing = [](const Known<Switch>& now, const Known<Switch>& later) {
    return now.is_known() && later.is_known() && now.value() != later.value();
  };
  if (is_changing(device.mig_mode, device.mig_mode_pending)) {
    note(findings, "MIG mode changes at the next reset", "Reset the GPU to apply it.");
  }
  if (is_changing(device.ecc_mode, device.ecc_mode_pending)) {
    note(findings, "ECC mode changes at the next reset", "Reset the GPU to apply it.");
  }
}

}  // namespace

std::vector<Finding> diagnose_health(const Device& device) {
  Findings findings;
  diagnose_recovery(device, findings);
  diagnose_memory(device, findings);
  diagnose_heat(device, findings);
  diagnose_links(device, findings);
  diagnose_fabric(device, findings);
  diagnose_modes(device, findings);
  return findings;
}

}  // namespace gander
