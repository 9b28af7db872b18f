// SPDX-License-Identifier: Apache-2.0
// Which processes hold contexts on a device, and what they do there. It knows nothing of /proc: who
// a process is, others find out.
#pragma once

#include "driver/driver.hpp"
#include "driver/nvml/device_calls.hpp"

namespace gander::driver::nvml {

/// The processes of one device, with the wanted numbers; the memory they hold comes with the list.
/// A GPU in MIG mode has none of its own: its instances list them.
ProcessList read_processes(DeviceCalls& calls, const MetricSet& wanted);

}  // namespace gander::driver::nvml
