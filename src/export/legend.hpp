// SPDX-License-Identifier: Apache-2.0
// Explains the short forms of reasons that a page shows, each once, below it.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "gander/device.hpp"
#include "gander/known.hpp"
#include "text/line.hpp"

namespace gander {

/// Collects the reasons that a page shows in short.
class Legend {
 public:
  /// A reason why a value of a device in `state` is missing.
  void add(Missing reason, DeviceState state = DeviceState::ok) {
    const bool is_reset = reason == Missing::device_lost && state == DeviceState::reset_required;
    reasons_.insert({reason, is_reset ? state : DeviceState::ok});
  }
  /// One line for each, in a fixed order: `N/A      not supported by the device or its driver`.
  void append_to(std::vector<text::Line>& lines) const;

 private:
  std::set<std::pair<Missing, DeviceState>> reasons_;
};

}  // namespace gander
