// SPDX-License-Identifier: Apache-2.0
// The monitor: a terminal, a source of snapshots and the loop between them. Never waits for a
// driver: it draws what is known.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gander/process_control.hpp"
#include "gander/result.hpp"
#include "gander/source.hpp"
#include "text/utilization_history.hpp"
#include "tui/app/control.hpp"
#include "tui/screen/output.hpp"
#include "tui/screen/theme.hpp"
#include "tui/view/view_state.hpp"

namespace gander::tui {

/// What the command line and the configuration decide.
struct AppOptions {
  ViewState state;
  KeyMap keys;
  Theme theme;
  TerminalTraits traits;
  double interval = 1.0;  ///< Seconds.
  int input = 0;          ///< Descriptors of the terminal.
  int output = 1;
  std::vector<Theme> themes;  ///< Of the user's own, beside those built in.
  /// Whether the terminal is asked for its background: where it answers, `light` or `dark` takes
  /// the place of `theme` as long as the user has chosen none.
  bool asks_background = false;
  /// Which devices and processes at all, asked for each snapshot; null: what `state` says.
  std::function<Selection(const Snapshot&)> select;
  /// What was asked for in vain, in one line, asked once when all has answered; null: nothing.
  std::function<std::string(const Snapshot&, const Selection&)> complain;
  /// Keeps the choices for the next time and says so in one line; null: that cannot be.
  std::function<std::string(const ViewState&)> save;
};

/// How the monitor ended.
struct AppEnd {
  SnapshotPointer last;  ///< What was shown last; null if nothing came.
  ViewState state;
  text::UtilizationHistory utilization;  ///< What means are made of.
};

/// Runs the monitor on the terminal of the descriptors until the user leaves. `control` is null
/// where signals must not be sent. Restores the terminal however it ends.
Result<AppEnd> run_app(Source& source, ProcessControl* control, AppOptions options);

}  // namespace gander::tui
