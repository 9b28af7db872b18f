// SPDX-License-Identifier: Apache-2.0
// The label that a process's cgroup gives, for the finders that read it there.
#pragma once

#include <optional>

#include "host/process_table.hpp"
#include "owner/cgroup/identity.hpp"

namespace gander::owner {

/// The owner of `kind` that the cgroup of `process` names; nothing where it names none or could not
/// be read. Each thread remembers the last text, because several finders ask for the same one.
std::optional<Owner> find_in_cgroup(OwnerKind kind, const host::ProcessFacts& process);

/// The workload that the cgroup of `process` names; null where it could not be read. Valid until
/// the next call on this thread.
const CgroupIdentity* find_cgroup_identity(const host::ProcessFacts& process);

}  // namespace gander::owner
