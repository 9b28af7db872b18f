// SPDX-License-Identifier: Apache-2.0
// What a GPU is by nature: architecture, board, firmware, how it shares memory and where it sits.
#pragma once

#include "driver/nvml/device_calls.hpp"

namespace gander::driver::nvml {

/// Sets the facts of `Traits` in `into`. Asked until each has an answer, then told from memory. A
/// MIG instance has none of its own.
void describe_traits(DeviceCalls& calls, Device& into);

}  // namespace gander::driver::nvml
