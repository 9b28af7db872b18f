// SPDX-License-Identifier: Apache-2.0
// The driver for NVIDIA GPUs through NVML.
#pragma once

#include <memory>

#include "driver/driver.hpp"
#include "os/clock.hpp"

namespace gander::driver::nvml {

/// A driver that was not opened yet. `clock` must outlive it and every call it makes.
std::unique_ptr<Driver> make_nvml_driver(const Options& options,
                                         const os::Clock& clock = os::system_clock());

}  // namespace gander::driver::nvml
