// SPDX-License-Identifier: Apache-2.0
// A snapshot as the page people know from the vendor's tool: devices, host, processes, and in
// words why a value is unknown. Pure: no terminal, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gander/select.hpp"
#include "gander/snapshot.hpp"
#include "text/line.hpp"

namespace gander {

/// From which ratios on a load counts as moderate and as heavy.
struct Thresholds {
  double moderate;
  double heavy;
};

/// How the page looks and what stands on it.
struct StatusOptions {
  int width = 79;             ///< Columns of the terminal; below 79 counts as 79.
  text::Rendering rendering;  ///< Colour and character set.
  Thresholds gpu{0.10, 0.75};
  Thresholds memory{0.10, 0.80};
  std::optional<std::uint32_t>
      viewer_uid;      ///< Who looks: others' processes are dim, root sees all.
  std::string viewer;  ///< Name of who looks; empty: only the host is named.
  std::string time;    ///< First line, the snapshot's time for a person.
  /// Since when the host's CPU use is meant, where that is no recent moment: `since boot`.
  std::string cpu_window;
  Selection selection;  ///< What is shown.
};

/// The whole page, each line ended by a newline. Wide pages need as many columns as their longest
/// command line, 140 if that is shorter; below 100 columns there are no bars.
std::string write_status(const Snapshot& snapshot, const StatusOptions& options);

}  // namespace gander
