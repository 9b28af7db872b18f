// SPDX-License-Identifier: Apache-2.0
// The cgroup paths of a process into the workload they name: a pure function of text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/owner.hpp"

namespace gander::owner {

/// Which workload a process belongs to by its cgroup. Foreign text.
struct CgroupIdentity {
  std::optional<std::string> container;  ///< Container id, or the name of an LXC or machined one.
  std::optional<std::string> pod;        ///< Kubernetes pod UID, with dashes.
  std::optional<std::string> slurm_job;  ///< Job id.
  std::optional<std::string> unit;       ///< systemd unit, inside the container if there is one.
  /// The process watches over a container (conmon) and is not part of it; `container` is absent.
  bool is_monitor{};
  /// The path lies in a subtree that a user may shape at will, so names are no proof.
  bool is_delegated{};
  /// The user who may shape it, where it is one's.
  std::optional<std::uint32_t> user;
  friend bool operator==(const CgroupIdentity&, const CgroupIdentity&) = default;

  [[nodiscard]] bool is_workload() const { return container || pod || slurm_job; }
  [[nodiscard]] Certainty certainty() const {
    return is_delegated ? Certainty::likely : Certainty::certain;
  }
};

/// Reads the text of /proc/PID/cgroup, of version 1, 2 or both. A path that is the root, or lies
/// above ours because we sit in another cgroup namespace, says nothing.
CgroupIdentity parse_cgroup(std::string_view text);

/// The label for one fact of an identity; nothing where it has none.
std::optional<Owner> label_from_cgroup(OwnerKind kind, const CgroupIdentity& identity);

}  // namespace gander::owner
