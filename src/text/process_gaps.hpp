// SPDX-License-Identifier: Apache-2.0
// Whose processes are unknown, as words. Knows no table.
#pragma once

#include <cstdint>
#include <string>

#include "gander/snapshot.hpp"

namespace gander::text {

/// Of how many devices the list of processes could be read.
enum class ProcessKnowledge : std::uint8_t {
  none,  ///< There are devices, but nothing is known of any.
  some,
  all,  ///< Also where there are no devices.
};
ProcessKnowledge find_process_knowledge(const Snapshot& snapshot);

/// A sentence with the devices whose list of processes is unknown, and the reasons: `Processes are
/// unknown for GPU 1 (LOST), 2, 4 (timeout).`; empty where all lists are known. A device that
/// sleeps and was not woken is not among them.
std::string write_process_gaps(const Snapshot& snapshot);
/// A sentence with the devices that may not name all who use them, as under WSL or in a container:
/// `GPU 0 may not name all processes.`; empty where there is none.
std::string write_partial_lists(const Snapshot& snapshot);
/// Whether who is not in the snapshot does not use the device.
bool lists_all(const Device& device);

}  // namespace gander::text
