// SPDX-License-Identifier: Apache-2.0
// Which devices are free, for programs and for people.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gander/availability.hpp"
#include "gander/snapshot.hpp"

namespace gander {

/// Version of the JSON of `gander available`.
inline constexpr int availability_schema = 1;

/// The devices chosen, in their order, and each candidate with what speaks against it.
std::string write_availability_json(const Snapshot& snapshot, std::span<const Device* const> chosen,
                                    std::span<const Candidate> candidates);

/// One line for each candidate: `GPU 3  free`, `GPU 4  not free: memory used 89% (at most 20%)`.
std::string write_availability_lines(std::span<const Candidate> candidates);

}  // namespace gander
