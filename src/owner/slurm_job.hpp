// SPDX-License-Identifier: Apache-2.0
// Finds the Slurm job a process is part of.
#pragma once

#include <memory>

#include "owner/finder.hpp"

namespace gander::owner {

/// Labels with the job id.
std::unique_ptr<Finder> make_slurm_job_finder();

}  // namespace gander::owner
