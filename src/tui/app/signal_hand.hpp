// SPDX-License-Identifier: Apache-2.0
// Holds the processes of the open signal dialog, and signals them. The one part of the monitor that
// can: without a `ProcessControl` it does nothing at all.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gander/process_control.hpp"
#include "tui/app/control.hpp"

namespace gander::tui {

class SignalHand {
 public:
  /// `control` is null where signals must not be sent.
  explicit SignalHand(ProcessControl* control) : control_(control) {}
  /// Fixes who will be hit and opens the dialog: from here on the numbers cannot slip to other
  /// processes. Where nobody can be hit, the message says why.
  void hold(const HoldRequest& request, const Snapshot& snapshot, ViewState& state);
  /// Signals all that are held, and notes in the dialog what came of it. Whether there was one.
  bool send(int signal, ViewState& state);
  /// Notes in the dialog who has ended: that is known here also where no picture shows it.
  void note_ends(ViewState& state) const;
  void release() { held_.clear(); }

 private:
  std::optional<std::string> add_target(SignalDialog& dialog, const Process& process, int children);

  ProcessControl* control_;
  std::vector<std::unique_ptr<HeldProcess>> held_;  ///< In the order of the dialog's targets.
};

}  // namespace gander::tui
