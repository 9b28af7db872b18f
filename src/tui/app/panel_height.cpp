// SPDX-License-Identifier: Apache-2.0
// Steps between heights that show something else.
#include "tui/app/panel_height.hpp"

#include <algorithm>
#include <utility>

namespace gander::tui {
namespace {

/// A frame around one row.
constexpr int least_devices = 4;

/// Between a row and all there is of each GPU no height shows more.
int next_device_rows(int now, const PanelHeights& heights, HeightStep step) {
  if (step == HeightStep::higher) {
    return now >= heights.devices_compact ? heights.devices_full : now + 1;
  }
  return now > heights.devices_compact ? heights.devices_compact
                                       : std::max(std::min(now, least_devices), now - 1);
}

/// Graphs grow by a row above the line of time and one below.
int next_host_rows(int now, HeightStep step) {
  if (step == HeightStep::higher) {
    return std::clamp(now + 2, least_graph_rows, most_graph_rows);
  }
  return now - 2 < least_graph_rows ? bar_rows : now - 2;
}

}  // namespace

void change_height(ViewState& state, const Drawn& drawn, MainPanel panel, HeightStep step) {
  state.mode = Mode::automatic;
  if (panel == MainPanel::devices) {
    if (!std::exchange(state.show_devices, true)) return;
    const int now = state.device_rows > 0 ? state.device_rows : drawn.heights.devices;
    state.device_rows = next_device_rows(now, drawn.heights, step);
  }
  if (panel == MainPanel::host) {
    if (!std::exchange(state.show_host, true)) return;
    const int now = state.host_rows > 0 ? state.host_rows : drawn.heights.host;
    state.host_rows = next_host_rows(now, step);
  }
}

bool perform_height(Action action, const Drawn& drawn, ViewState& state) {
  switch (action) {
    case Action::lower_devices:
      change_height(state, drawn, MainPanel::devices, HeightStep::lower);
      return true;
    case Action::heighten_devices:
      change_height(state, drawn, MainPanel::devices, HeightStep::higher);
      return true;
    case Action::lower_host:
      change_height(state, drawn, MainPanel::host, HeightStep::lower);
      return true;
    case Action::heighten_host:
      change_height(state, drawn, MainPanel::host, HeightStep::higher);
      return true;
    case Action::usual_heights:
      state.device_rows = 0;
      state.host_rows = 0;
      return true;
    default:
      return false;
  }
}

}  // namespace gander::tui
