// SPDX-License-Identifier: Apache-2.0
// Body of window.hpp.
#include "cli/window.hpp"

#include <algorithm>

namespace gander::cli {

void look_through(Seconds window, const std::function<void(Seconds)>& sleep,
                  const std::function<void()>& look) {
  for (Seconds left = window; left > Seconds::zero(); left -= window_pace) {
    sleep(std::min(left, window_pace));
    look();
  }
}

}  // namespace gander::cli
