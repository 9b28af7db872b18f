// SPDX-License-Identifier: Apache-2.0
// In which PID namespace the driver's process numbers are, and which of its per-process answers can
// be believed there. Pure but for one look at /proc/self.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string_view>

#include "driver/driver.hpp"
#include "gander/known.hpp"
#include "os/root.hpp"

namespace gander::driver::nvml {

/// Version of a driver, for instance 535.113.01.
struct DriverVersion {
  std::array<int, 3> parts{};
  friend auto operator<=>(const DriverVersion&, const DriverVersion&) = default;
};

/// Reads `550.54.15` or `570.86`; nothing if the text does not begin like that.
std::optional<DriverVersion> parse_driver_version(std::string_view text);

/// How to take the numbers of one driver from where we stand.
struct PidRules {
  PidSpace space{PidSpace::ours};  ///< Of the numbers in process lists.
  bool lists_all{true};            ///< False: processes we cannot see are left out of lists.
  bool memory_is_true{true};       ///< False: the driver looks memory up by the wrong number.
  /// False: utilisation rows carry other numbers than lists, and must not be matched by number.
  bool utilization_is_matchable{true};
  friend bool operator==(const PidRules&, const PidRules&) = default;
};

/// The rules of a driver version, seen from the initial PID namespace or from inside another; a
/// version we cannot read is taken for the worst.
/// Source: PID translation in NVIDIA's open kernel modules, release by release.
PidRules find_pid_rules(const std::optional<DriverVersion>& version, bool initial_namespace);

/// Whether we are in the initial PID namespace; true where the system does not say.
bool is_initial_pid_namespace(const os::Root& root);

}  // namespace gander::driver::nvml
