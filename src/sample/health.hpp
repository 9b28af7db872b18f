// SPDX-License-Identifier: Apache-2.0
// How complete the host's and the owner finders' answers are, judged from what was joined.
#pragma once

#include <cstdint>
#include <span>

#include "gander/snapshot.hpp"

namespace gander::sample {

/// How far a tick goes.
enum class Reach : std::uint8_t {
  due,         ///< What is due by its tier.
  everything,  ///< Every tier, processes included.
  single,      ///< The same for a look that stands alone: who the devices are in any case, and
               ///< names that take a moment are waited for.
};

/// Health of the host's files: partial where a process is hidden or belongs to another namespace,
/// or where we see only the processes of our own PID namespace.
SourceHealth judge_host(const Snapshot& snapshot, double now);
/// Health of the owner finders: partial where a process that uses a device has no owner.
SourceHealth judge_owners(std::span<const Process> processes, double now);

}  // namespace gander::sample
