// SPDX-License-Identifier: Apache-2.0
// What the environment of a process says about the job or pod it belongs to. A process may say
// what it likes there, so it is no proof.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gander/known.hpp"
#include "gander/process.hpp"
#include "os/root.hpp"

namespace gander::owner {

inline constexpr std::string_view environment_source = "environment";

/// Empty where it does not say. Foreign text, each at most `title_limit` bytes.
struct EnvironmentNames {
  std::string job;  ///< Number of the Slurm job; digits.
  std::string job_name;
  std::string job_user;
  std::string pod_name;   ///< Where the pod was made so that it tells (the downward API).
  std::string pod_space;  ///< Namespace, alike.
  /// Of a process in Kubernetes: its host, which is the pod unless that uses the machine's network.
  std::string pod_host;
  friend bool operator==(const EnvironmentNames&, const EnvironmentNames&) = default;
};

/// Reads the text of /proc/PID/environ; no other variable is kept.
EnvironmentNames parse_environment_names(std::string_view text);

/// Of the process `pid` that began at `start_ticks`.
Known<EnvironmentNames> read_environment_names(const os::Root& root, Pid pid,
                                               std::uint64_t start_ticks);

}  // namespace gander::owner
