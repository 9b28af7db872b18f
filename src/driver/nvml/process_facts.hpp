// SPDX-License-Identifier: Apache-2.0
// What the driver tells of single processes beside the lists: what they did lately, what they did
// in their life, and what of their memory is protected.
#pragma once

#include <vector>

#include "driver/driver.hpp"
#include "driver/nvml/device_calls.hpp"

namespace gander::driver::nvml {

/// Adds the shares of the engines, in one call where any of them is wanted.
void add_utilization(DeviceCalls& calls, const MetricSet& wanted, std::vector<ListedProcess>& rows);

/// Adds protected memory where it is wanted: one more list.
void add_protected_memory(DeviceCalls& calls, const MetricSet& wanted,
                          std::vector<ListedProcess>& rows);

/// Adds what the driver's accounting knows where it is wanted: one call for each process.
void add_accounting(DeviceCalls& calls, const MetricSet& wanted, std::vector<ListedProcess>& rows);

}  // namespace gander::driver::nvml
