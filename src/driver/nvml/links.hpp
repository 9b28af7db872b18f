// SPDX-License-Identifier: Apache-2.0
// The NVLinks of one GPU: where each leads, whether it is up, what it carried and how often it
// failed.
#pragma once

#include "driver/nvml/device_calls.hpp"

namespace gander::driver::nvml {

/// Sets `links`, with the readings of the last look, and brings their states up to date. What stays
/// the same is asked once. A MIG instance has none.
void describe_links(DeviceCalls& calls, Device& into);

/// Fills the wanted readings of `links`; one call for all of them.
void read_links(DeviceCalls& calls, const MetricSet& wanted, Device& into);

/// Whether there is a reader for it.
bool is_link_metric(Metric metric);

}  // namespace gander::driver::nvml
