// SPDX-License-Identifier: Apache-2.0
// Processes on GPUs that are to end, and what became of them: for people and for programs.
#pragma once

#include <span>
#include <string>

#include "gander/process_ending.hpp"
#include "gander/snapshot.hpp"

namespace gander {

/// Version of the JSON of `gander kill`.
inline constexpr int endings_schema = 1;

/// A table with a row for each process; the last column says what became of it, nothing where
/// nothing was sent yet. Safe to print.
std::string write_endings(std::span<const EndingTarget> targets);

/// `is_dry`: nothing was to be sent.
std::string write_endings_json(const Snapshot& snapshot, std::span<const EndingTarget> targets,
                               bool is_dry);

}  // namespace gander
