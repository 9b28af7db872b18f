// SPDX-License-Identifier: Apache-2.0
// From one frame to the next as the fewest bytes a terminal needs.
#pragma once

#include <cstdint>
#include <string>

#include "tui/screen/grid.hpp"
#include "tui/screen/theme.hpp"

namespace gander::tui {

/// What the terminal can do, found once at start.
struct TerminalTraits {
  ColorDepth depth{};
  bool is_utf8 = true;
  bool has_synchronized_output = false;  ///< Mode 2026, where it helps.
};

/// Writes frames as differences. One `write` of the result makes the terminal show the frame.
class FrameWriter {
 public:
  FrameWriter(Theme theme, TerminalTraits traits);
  void set_theme(const Theme& theme);  ///< The next frame is written whole.
  /// Bytes that turn what was shown last into `frame`; empty where nothing changed.
  std::string write(const Grid& frame);
  /// Forgets what is shown: the next frame is written whole.
  void forget();

 private:
  Theme theme_;
  TerminalTraits traits_;
  Grid shown_;
  bool is_known_ = false;
};

}  // namespace gander::tui
