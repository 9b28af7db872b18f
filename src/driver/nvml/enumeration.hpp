// SPDX-License-Identifier: Apache-2.0
// Makes the list of devices: gaps, lost GPUs and MIG instances included.
#pragma once

#include <memory>
#include <vector>

#include "driver/nvml/device_entry.hpp"
#include "gander/result.hpp"

namespace gander::driver::nvml {

/// Looks at all devices. Where the list is that of `before`, its entries were brought up to date
/// (a lost GPU that answers again is asked again) and `before` itself comes back; else a new
/// generation. Devices on which a call is running are not touched. `before` may be null. Fails with
/// driver_down or no_permission where not even the number of devices can be had.
Result<std::shared_ptr<const Generation>> enumerate(const std::shared_ptr<const Context>& context,
                                                    const std::shared_ptr<const Generation>& before,
                                                    std::uint64_t next_number);

}  // namespace gander::driver::nvml
