// SPDX-License-Identifier: Apache-2.0
// Makes the list of devices: gaps, lost GPUs and MIG instances included. Knows no threads: it
// takes lists and gives back new ones.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "driver/nvml/device_entry.hpp"
#include "gander/result.hpp"

namespace gander::driver::nvml {

/// Number of GPUs, for which no GPU is asked. Fails with driver_down or no_permission.
Result<std::uint32_t> count_gpus(Library& library);

/// A list of `count` GPUs: those of `before` stay, instances too, the rest are new and not
/// attached. `before` may be null. Every new entry takes the next `next_id`. Reads the kernel's
/// files where there are GPUs to be named; makes no library calls.
std::shared_ptr<const Generation> list_gpus(const std::shared_ptr<const Context>& context,
                                            const std::shared_ptr<const Generation>& before,
                                            std::uint32_t count, std::uint64_t& next_id);

/// A GPU and its instances, in index order; the new entries have no id yet.
using Group = std::vector<std::shared_ptr<DeviceEntry>>;

/// Opens the GPU `old` of `list`, or looks at it again. Where it is what it was, its entries are
/// brought up to date (a lost GPU that answers again is asked again) and nothing comes back. A
/// GPU on which another call is running is left alone.
std::optional<Group> look_at_gpu(const Generation& list, const std::shared_ptr<DeviceEntry>& old);

/// `list` with `group` in the place of the GPU `old` and its instances. A GPU that had not been
/// opened before keeps its id. Null where `old` is listed no more.
std::shared_ptr<const Generation> replace_gpu(const Generation& list, const DeviceEntry& old,
                                              Group group, std::uint64_t& next_id);

}  // namespace gander::driver::nvml
