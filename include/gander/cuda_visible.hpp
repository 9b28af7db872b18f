// SPDX-License-Identifier: Apache-2.0
// What CUDA_VISIBLE_DEVICES makes of the devices of a machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/device.hpp"

namespace gander {

/// The devices a CUDA program would see, in its order, if the variable had this `value`; nothing:
/// unset. Numbers count the GPUs in PCI order. `devices` as in a snapshot. Never fails: the first
/// entry that names nothing ends the list, and naming a device twice shows none, as CUDA does.
/// At most one MIG instance is visible, and then alone.
/// Source: CUDA C++ Programming Guide, "CUDA Environment Variables"; MIG User Guide, "CUDA Device
/// Enumeration".
std::vector<DeviceIndex> parse_cuda_visible_devices(std::optional<std::string_view> value,
                                                    const std::vector<Device>& devices);

/// One sentence where part of `value` is without effect because an entry names no device or one
/// that stands there already; empty where all of it counts, and where an end was written on purpose
/// (nothing, a negative number or `NoDevFiles` as the last entry).
std::string find_cuda_visible_mistake(std::string_view value, const std::vector<Device>& devices);

}  // namespace gander
