// SPDX-License-Identifier: Apache-2.0
// Numbers of the profiling counters (GPM): how busy the parts of a GPU are, for GPUs and for MIG
// instances, which have no other measure of their work. Hopper and later.
#pragma once

#include "driver/nvml/device_calls.hpp"

namespace gander::driver::nvml {

/// Takes one sample and fills what is wanted of the profile from it and the sample of the look
/// before; the first look has `no_data`. Rates of PCIe and NVLink only where the GPU has no counter
/// of bytes, which must have been read before. A MIG instance is told what its GPU instance does.
/// Metrics that are not wanted stay as they are.
void read_profile(DeviceCalls& calls, const MetricSet& wanted, Device& into);

/// Frees the samples that no device uses. Call before the library is closed.
void free_samples(Library& library, GpmPool& pool);

/// Whether there is a row for it.
bool is_profiled(Metric metric);

}  // namespace gander::driver::nvml
