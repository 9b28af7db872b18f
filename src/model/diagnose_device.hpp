// SPDX-License-Identifier: Apache-2.0
// What is wrong with a device that answers.
#pragma once

#include <vector>

#include "gander/finding.hpp"

namespace gander {

/// What a device that answers says of its own health, worst first; empty where it is well. The
/// topic is left to the caller, who may name several devices of which the same is true.
std::vector<Finding> diagnose_health(const Device& device);

}  // namespace gander
