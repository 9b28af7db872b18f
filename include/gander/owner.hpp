// SPDX-License-Identifier: Apache-2.0
// Whose is a process: labels beside it, each with its source and how sure it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/known.hpp"

namespace gander {

enum class OwnerKind : std::uint8_t {
  user,
  container,
  pod,
  slurm_job,
  systemd_unit,
  notebook,
  environment,
  script
};
enum class Certainty : std::uint8_t {
  certain,  ///< The kernel or the workload manager says so.
  likely,   ///< Follows from names or ancestry that could be changed.
  guess,    ///< One of several explanations; never enough to act on.
};

/// One answer to "whose is it?".
struct Owner {
  OwnerKind kind{};
  std::string name;    ///< Foreign text: container id, pod UID, job id, unit name …
  std::string source;  ///< Where it was found, for instance `cgroup`.
  Certainty certainty{};
  /// What people call it, where `name` is the number of a machine: of containers, pods and jobs.
  /// Otherwise `not_supported`. Foreign text.
  Known<std::string> title{Missing::not_supported};
  /// Within what the title is unique: Kubernetes namespace, user of a job. Empty: the machine.
  std::string title_space{};
  std::string title_source{};  ///< Where the title was found, for instance `docker`.
  Certainty title_certainty{};
  friend bool operator==(const Owner&, const Owner&) = default;
};

std::string_view name_of(OwnerKind kind);
std::optional<OwnerKind> find_owner_kind(std::string_view name);
std::string_view name_of(Certainty certainty);
std::optional<Certainty> find_certainty(std::string_view name);

}  // namespace gander
