// SPDX-License-Identifier: Apache-2.0
// A time that somebody wants watched: looks at an even pace and at its end. Knows no clock.
#pragma once

#include <functional>

#include "cli/machine.hpp"

namespace gander::cli {

/// Pace of the looks within a window.
inline constexpr Seconds window_pace{1};

/// Sleeps and looks in turn until the window is over: idleness and means are those of the whole
/// time, so it is watched and not only ended. The last sleep is what is left.
void look_through(Seconds window, const std::function<void(Seconds)>& sleep,
                  const std::function<void()>& look);

}  // namespace gander::cli
