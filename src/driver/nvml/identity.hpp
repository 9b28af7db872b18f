// SPDX-License-Identifier: Apache-2.0
// Who a device is and how it is set up: names, addresses, modes.
#pragma once

#include <string>

#include "driver/nvml/device_calls.hpp"
#include "gander/device.hpp"

namespace gander::driver::nvml {

/// Everything of `Device` but its readings and fans. A device that does not answer is described by
/// what the list of devices knows of it, and the kernel (null: nothing).
Device describe_device(DeviceCalls& calls, const KernelGpu* kernel);

/// What can be told of a device without asking it; the rest is `not_sampled`.
Device outline_device(const DeviceEntry& entry, const KernelGpu* kernel);

/// Sets `state` and `state_detail`.
void describe_state(const DeviceCalls& calls, const DeviceEntry& entry, Device& into);

/// UUID of the device behind the handle. Foreign text.
Known<std::string> ask_uuid(DeviceCalls& calls);
/// PCI address as in `Device::pci_bus_id`.
Known<std::string> ask_bus_id(DeviceCalls& calls);

}  // namespace gander::driver::nvml
