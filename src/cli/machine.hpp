// SPDX-License-Identifier: Apache-2.0
// Opens this machine as a source of snapshots: the one place where drivers meet views.
#pragma once

#include <memory>

#include "cli/exit_code.hpp"
#include "driver/driver.hpp"
#include "sample/sampler.hpp"

namespace gander::cli {

/// Options from the environment: GANDER_NVML_LIBRARY names a driver library elsewhere.
driver::Options driver_options();

/// A sampler for this machine, with the drivers this gander was built with.
std::unique_ptr<sample::Sampler> open_machine();

/// One snapshot of everything; says so on standard error where that takes seconds.
SnapshotPointer sample_patiently(sample::Sampler& sampler);

/// The exit code that tells what is wrong with the drivers of a snapshot; fine if nothing is.
ExitCode judge_drivers(const Snapshot& snapshot);

/// The same with the devices: incomplete where some did not answer in time, timed_out or
/// device_lost where none answers. Some GPUs that are lost are shown as such, which is complete.
ExitCode judge_answers(const Snapshot& snapshot);

/// Leaves the program. A driver call that never came back must not keep us from ending, so then
/// nothing is torn down.
[[noreturn]] void leave(ExitCode code, const sample::Sampler& sampler);

}  // namespace gander::cli
