// SPDX-License-Identifier: Apache-2.0
// One whole frame: which panels stand where at this size, and which screen is drawn.
#pragma once

#include "tui/panel/devices.hpp"
#include "tui/panel/host.hpp"
#include "tui/panel/panel.hpp"
#include "tui/panel/processes.hpp"

namespace gander::tui {

/// The smallest terminal that can show a row of each thing; smaller ones say so.
inline constexpr Size least_size{5, 30};

/// How the main screen is divided; rows of a panel that is not shown are 0.
struct Plan {
  DeviceForm device_form{};
  HostForm host_form{};
  Separation separation{};
  int head{};  ///< The line with the time.
  int devices{};
  int host{};
  int status{};  ///< The line above the processes: message, filter, hints.
  int processes{};
  [[nodiscard]] int rows() const { return head + devices + host + status + processes; }
};

/// What fits: first the devices get shorter, then the host, then the rules between GPUs go, then
/// GPUs stand side by side, and last the lists scroll. A forced mode may be higher than `size`.
Plan plan_main(const View& view, Size size);

/// Draws the frame of the current screen on all of `grid`. Works at every size from 1×1.
Drawn draw_frame(const View& view, Grid& grid);

}  // namespace gander::tui
