// SPDX-License-Identifier: Apache-2.0
// Opens this machine as a source of snapshots: the one place where drivers meet views.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "driver/driver.hpp"
#include "gander/select.hpp"
#include "sample/sampler.hpp"

namespace gander::cli {

/// Options from the environment: GANDER_NVML_LIBRARY names a driver library elsewhere.
driver::Options driver_options();

/// A sampler for this machine, with the drivers this gander was built with.
std::unique_ptr<sample::Sampler> open_machine();
/// A sampler for this machine, with these drivers.
std::unique_ptr<sample::Sampler> open_machine(std::vector<std::unique_ptr<driver::Driver>> drivers);

/// One snapshot of what `demand` wants; says so on standard error where that takes seconds.
SnapshotPointer sample_patiently(sample::Sampler& sampler, const Demand& demand = {});
using Seconds = std::chrono::duration<double>;
/// A moment long enough for rates and profiles, which are known from the second look on.
inline constexpr Seconds between_looks{0.25};
/// The same, and once more a moment later where a driver works.
SnapshotPointer sample_twice(sample::Sampler& sampler, const Demand& demand = {},
                             Seconds between = between_looks);

/// The exit code that tells what is wrong with the drivers of a snapshot; fine if nothing is.
ExitCode judge_drivers(const Snapshot& snapshot);

/// What a snapshot amounts to for the program that shows it.
struct Verdict {
  ExitCode code{};
  std::string complaint;  ///< Names the devices that cannot be read, and why; empty: none.
};

/// judge_drivers, and then the devices: fine where all answer or sleep; incomplete where some
/// cannot be read. Some GPUs that are lost are shown as such, which is complete. Where none can be
/// read the code tells why: timed_out, no_permission, driver_down (errors without a better name) or
/// device_lost, the first of these that is the case of any.
Verdict judge_answers(const Snapshot& snapshot, const Selection& selection = {});

/// Names on standard error what is wrong, a line for each driver that is down and one for all
/// devices; nothing where `verdict` is fine.
void complain_about(const Snapshot& snapshot, const Verdict& verdict);

/// Whether any driver does.
bool works(const Snapshot& snapshot);

/// Leaves the program. A driver call that never came back must not keep us from ending, so then
/// nothing is torn down.
[[noreturn]] void leave(ExitCode code, const sample::Sampler& sampler);

}  // namespace gander::cli
