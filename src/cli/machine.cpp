// SPDX-License-Identifier: Apache-2.0
// Wires drivers, host and owners into a sampler.
#include "cli/machine.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/patience.hpp"
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

SnapshotPointer sample_patiently(sample::Sampler& sampler) {
  const Patience patience{"the driver has not answered yet; waiting for at most 30 s"};
  return sampler.sample_once(Demand{});
}

ExitCode judge_drivers(const Snapshot& snapshot) {
  const auto works = [](const DriverStatus& driver) { return !driver.error.has_value(); };
  if (std::none_of(snapshot.drivers.begin(), snapshot.drivers.end(), works)) {
    return snapshot.drivers.empty() ? ExitCode::no_library
                                    : exit_code_for(snapshot.drivers.front().error->fault);
  }
  return snapshot.devices.empty() ? ExitCode::no_devices : ExitCode::fine;
}

ExitCode judge_answers(const Snapshot& snapshot) {
  if (const auto code = judge_drivers(snapshot); code != ExitCode::fine) return code;
  const auto count = [&](DeviceState state) {
    return static_cast<std::size_t>(
        std::count_if(snapshot.devices.begin(), snapshot.devices.end(),
                      [&](const Device& device) { return device.state == state; }));
  };
  const auto late = count(DeviceState::timed_out);
  const auto lost = count(DeviceState::lost) + count(DeviceState::reset_required);
  if (late + lost == snapshot.devices.size()) {
    return late > 0 ? ExitCode::timed_out : ExitCode::device_lost;
  }
  return late > 0 ? ExitCode::incomplete : ExitCode::fine;
}

void leave(ExitCode code, const sample::Sampler& sampler) {
  // Ordinary ends run destructors only where no thread can still be inside a driver.
  if (sampler.has_stuck_worker()) ::_exit(static_cast<int>(code));
  std::exit(static_cast<int>(code));
}

}  // namespace gander::cli
