// SPDX-License-Identifier: Apache-2.0
// How much memory a device can use, and how much of it is in use, also where it is the host's.
#pragma once

#include "gander/device.hpp"
#include "gander/host.hpp"
#include "gander/reading.hpp"

namespace gander {

/// Whether the device has no memory of its own but uses the host's, of which we know the size.
bool shares_host_memory(const Host& host, const Device& device);
/// All the memory that a device can use, in bytes; the host's where the device shares it.
const Reading& usable_memory_of(const Host& host, const Device& device);
/// Share of that memory in use.
Reading memory_share(const Host& host, const Device& device);

}  // namespace gander
