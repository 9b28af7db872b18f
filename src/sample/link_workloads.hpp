// SPDX-License-Identifier: Apache-2.0
// Puts what was found out about workloads into the processes of a snapshot: pure functions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gander/process.hpp"
#include "owner/workload/attribution.hpp"

namespace gander::sample {

/// The label that says what a process works on; nothing where that is not known.
std::optional<Owner> find_label(const owner::Attributed& attributed, Pid pid);

/// Tells each process of `processes` its workload; one that is not ours to know keeps its reason.
void link_workloads(const owner::Attributed& attributed, std::span<Process> processes);

/// Adds to `pids`, in pid order and each once, those that may work on something without a device.
void add_workers(const os::Root& root, std::vector<Pid>& pids);

}  // namespace gander::sample
