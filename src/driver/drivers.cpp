// SPDX-License-Identifier: Apache-2.0
// The list of drivers. Adding one is a folder and a line here.
#include "driver/driver.hpp"
#include "driver/nvml/examine.hpp"
#include "driver/nvml/nvml_driver.hpp"

namespace gander::driver {

std::vector<std::unique_ptr<Driver>> make_drivers(const Options& options) {
  std::vector<std::unique_ptr<Driver>> drivers;
  drivers.push_back(nvml::make_nvml_driver(options));
  return drivers;
}

std::vector<Finding> examine_drivers(const Options& options,
                                     const std::vector<DriverStatus>& drivers) {
  const os::Root root{options.root, options.overlay};
  Known<std::string> version = Missing::driver_down;
  for (const auto& driver : drivers) {
    if (driver.name == "nvml") version = driver.version;
  }
  return nvml::examine(root, version);
}

}  // namespace gander::driver
