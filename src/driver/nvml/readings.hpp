// SPDX-License-Identifier: Apache-2.0
// The numbers of a device: one row for each metric. Adding a metric that NVML knows is one row in
// readings.cpp.
#pragma once

#include "driver/nvml/device_calls.hpp"
#include "gander/device.hpp"
#include "gander/metric.hpp"

namespace gander::driver::nvml {

/// Fills the wanted readings, fans and clock limits of `into`, in base units. What the device says
/// but cannot be (a share above 100 %, a performance state of 32) becomes no_data.
void read_metrics(DeviceCalls& calls, const MetricSet& wanted, Device& into);

/// Whether there is a row for this metric of scope device.
bool has_reader(Metric metric);

}  // namespace gander::driver::nvml
