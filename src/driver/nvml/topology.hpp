// SPDX-License-Identifier: Apache-2.0
// How a GPU is connected: with the others, with the processors, and with a fabric of machines.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "driver/nvml/device_calls.hpp"

namespace gander::driver::nvml {

/// Sets `peers` in index order. The way to a peer is asked once; the number of links to it follows
/// `links`, which must have been described, and is absent while the peer's own are not known yet.
/// A MIG instance has none.
void describe_peers(DeviceCalls& calls, const Generation& list, Device& into);

/// Counts the links to peers that had not told theirs when `describe_peers` looked. Calls nobody.
void complete_peers(const DeviceEntry& own, const Generation& list, Device& into);

/// Sets `fabric`.
void describe_fabric(DeviceCalls& calls, Device& into);

/// Host memory nearest to the GPU: the library's answer, else the kernel's.
Known<std::uint32_t> ask_numa_node(DeviceCalls& calls);
/// Processors nearest to the GPU, as `0-15,64-79`.
Known<std::string> ask_cpu_affinity(DeviceCalls& calls);

/// The numbers of the set bits, `0-3,8`; empty where none is set.
std::string list_bits(std::span<const unsigned long> words);

/// What version 2 of the fabric call says of the health, without a summary of its own.
Known<FabricHealth> judge_fabric(std::uint32_t health_mask);

}  // namespace gander::driver::nvml
