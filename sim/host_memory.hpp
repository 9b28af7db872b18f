// SPDX-License-Identifier: Apache-2.0
// GPUs without memory of their own, on a machine that has less than the description says. Knows no
// library.
#pragma once

#include <cstdint>

#include "sim/nvml/state.hpp"

namespace gander::sim {

/// Scales what processes hold on GPUs that share the host's memory, of which there are `bytes`, as
/// the description scales to the size it names: nobody holds more than the host has.
void fit_to_host(State& state, std::uint64_t bytes);

}  // namespace gander::sim
