// SPDX-License-Identifier: Apache-2.0
// The files that the kernel would show of a machine's driver and GPUs, in the machine's folder. It
// must not know who reads them.
#pragma once

#include <string>
#include <vector>

#include "sim/nvml/state.hpp"

namespace gander::sim {

/// `FOLDER/root` with /proc/driver/nvidia (version, and of each GPU information and power) and
/// /sys/bus/pci/devices (power/runtime_status, numa_node). Files are replaced whole.
class KernelTree {
 public:
  explicit KernelTree(const std::string& folder) : root_(folder + "/root") {}
  [[nodiscard]] const std::string& root() const { return root_; }
  /// Writes what changed since the last call that a reader could notice: who is there, who sleeps,
  /// and which driver is loaded. Failures leave old files: nothing depends on them.
  void update(const State& state);

 private:
  std::string root_;
  std::vector<std::string> written_;  ///< what the last call wrote, in short
};

/// Writes `FOLDER/root/etc/passwd`: the accounts of this system and `accounts`, lines of such a
/// file, after them.
void write_accounts(const std::string& folder, const std::string& accounts);

/// Brings the tree of a running machine up to date; does nothing where it has none.
void refresh_kernel_tree(const std::string& folder, const State& state);

}  // namespace gander::sim
