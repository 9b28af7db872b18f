// SPDX-License-Identifier: Apache-2.0
// Wires drivers, host and owners into a sampler.
#include "cli/machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/version.hpp"

namespace gander::cli {

driver::Options driver_options() {
  driver::Options options;
  if (const char* library = std::getenv("GANDER_NVML_LIBRARY")) options.library = library;
  return options;
}

std::unique_ptr<sample::Sampler> open_machine() {
  sample::SamplerOptions options;
  options.drivers = driver::make_drivers(driver_options());
  options.version = version;
  return sample::make_sampler(std::move(options));
}

ExitCode judge_drivers(const Snapshot& snapshot) {
  const auto works = [](const DriverStatus& driver) { return !driver.error.has_value(); };
  if (std::none_of(snapshot.drivers.begin(), snapshot.drivers.end(), works)) {
    return snapshot.drivers.empty() ? ExitCode::no_library
                                    : exit_code_for(snapshot.drivers.front().error->fault);
  }
  return snapshot.devices.empty() ? ExitCode::no_devices : ExitCode::fine;
}

void leave(ExitCode code, const sample::Sampler& sampler) {
  // Ordinary ends run destructors only where no thread can still be inside a driver.
  if (sampler.has_stuck_worker()) ::_exit(static_cast<int>(code));
  std::exit(static_cast<int>(code));
}

}  // namespace gander::cli
