// SPDX-License-Identifier: Apache-2.0
// Why a device is not free, in words.
#pragma once

#include <string>

#include "gander/availability.hpp"

namespace gander::text {

/// What speaks against the device: `uses 89% of its memory (at most 20%)`, `lost`. Foreign text in
/// it is made safe.
std::string write_objection(const Objection& objection, const Device& device);

/// All that speaks against it, the first first; empty where it is free.
std::string write_objections(const Candidate& candidate);

}  // namespace gander::text
