// SPDX-License-Identifier: Apache-2.0
// Joins what drivers say about processes with what the host says: pure functions over both. Knows
// neither drivers nor files.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "driver/driver.hpp"
#include "gander/process.hpp"
#include "gander/snapshot.hpp"
#include "host/process_table.hpp"

namespace gander::sample {

/// The process list of one device, as its driver gave it.
struct DeviceRows {
  Device device;  ///< Identity: UUID, index, instance ids and parent are used.
  std::vector<driver::ListedProcess> rows;
  double listed_at{};  ///< Unix seconds when the driver was asked.
};

/// Gives the owners of a process; `all` holds it and its ancestors.
using FindOwners = std::function<std::vector<Owner>(const host::ProcessFacts& process,
                                                    std::span<const host::ProcessFacts> all)>;

/// The processes the host must be asked about: in pid order, each once. Rows whose numbers belong
/// to another PID namespace are not among them, nor is what cannot be a process (pid 0 and below).
std::vector<Pid> find_local_pids(std::span<const DeviceRows> lists);

/// All processes of all lists and the ancestors in `facts` (in pid order), in pid order. One whose
/// number belongs to another namespace is `outside` and never meets a local one of that number;
/// one that began after its row was listed is somebody else, and the row's process is `gone`.
/// Rows of one process on one device are merged: most memory and use, both context types. `absent`
/// says what a number without a process is: `gone` where we see the whole machine, `outside` where
/// we do not, because there it may be somebody else's process.
std::vector<Process> join(std::span<const DeviceRows> lists, std::vector<host::ProcessFacts> facts,
                          const FindOwners& find_owners, Presence absent = Presence::gone);

}  // namespace gander::sample
