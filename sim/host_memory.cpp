// SPDX-License-Identifier: Apache-2.0
// Makes curves of memory smaller.
#include "sim/host_memory.hpp"

#include <algorithm>

namespace gander::sim {
namespace {

void scale(Curve& curve, double factor) {
  for (double* value :
       {&curve.base, &curve.amplitude, &curve.noise, &curve.minimum, &curve.maximum}) {
    *value *= factor;
  }
  for (Step& step : curve.steps) step.value *= factor;
}

}  // namespace

void fit_to_host(State& state, std::uint64_t bytes) {
  for (std::uint32_t i = 0; i < state.gpu_count; ++i) {
    Gpu& gpu = state.gpus[i];
    const bool has_own = (gpu.unsupported & (std::uint64_t{1} << feature_memory)) == 0;
    if (has_own || gpu.memory_total <= bytes) continue;
    const double factor = static_cast<double>(bytes) / static_cast<double>(gpu.memory_total);
    gpu.memory_total = bytes;
    for (std::uint32_t k = 0; k < state.process_count; ++k) {
      if (state.processes[k].gpu == i) scale(state.processes[k].memory, factor);
    }
  }
}

}  // namespace gander::sim
