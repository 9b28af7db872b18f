// SPDX-License-Identifier: Apache-2.0
// What changes about a device without being a number: what keeps its clocks down, its modes, and
// whether something in it is broken.
#pragma once

#include "driver/nvml/look.hpp"
#include "gander/device.hpp"

namespace gander::driver::nvml {

/// What keeps the clocks down, asked for every few seconds; sets `into.clock_limits` when it is due
/// or was never answered, or the device cannot be asked.
void read_clock_limits(DeviceCalls& calls, Device& into);

/// Whether modes and health are due: once a minute, and where `into` does not tell them.
bool are_conditions_due(DeviceCalls& calls, const Device& into);
/// Wants the fields that `read_conditions` reads.
void want_conditions(Look& look);
/// Sets ECC and accounting modes, and what waits for a reset or a person.
void read_conditions(Look& look, Device& into);

}  // namespace gander::driver::nvml
