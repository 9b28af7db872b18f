// SPDX-License-Identifier: Apache-2.0
// The processor time of this program, and the middle of what was measured. Knows no budget.
#pragma once

#include <algorithm>
#include <ctime>
#include <vector>

namespace gander {

/// Milliseconds that all threads of this process have used so far.
inline double cpu_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// The middle one of `costs`, the upper of two; there is at least one.
inline double median(std::vector<double> costs) {
  std::ranges::sort(costs);
  return costs[costs.size() / 2];
}

}  // namespace gander
