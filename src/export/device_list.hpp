// SPDX-License-Identifier: Apache-2.0
// One line for each device: free or not, what it is, who is on it and since when.
#pragma once

#include <span>
#include <string>

#include "gander/availability.hpp"
#include "gander/snapshot.hpp"
#include "text/line.hpp"

namespace gander {

/// Version of the JSON of `gander list`.
inline constexpr int device_list_schema = 1;

struct DeviceListOptions {
  text::Rendering rendering;
  int width{};  ///< Columns; 0: nothing is cut.
};

/// A table: `[ ]` is free, `[~]` is not, `[!]` has a process of which nobody can tell whose it is,
/// or does not answer. `candidates` point into the snapshot.
std::string write_device_list(const Snapshot& snapshot, std::span<const Candidate> candidates,
                              const DeviceListOptions& options);

/// The same for programs, with times as moments and every process.
std::string write_device_list_json(const Snapshot& snapshot, std::span<const Candidate> candidates);

}  // namespace gander
