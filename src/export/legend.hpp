// SPDX-License-Identifier: Apache-2.0
// Explains the short forms of reasons that a page shows, each once, below it.
#pragma once

#include <set>
#include <vector>

#include "gander/known.hpp"
#include "text/line.hpp"

namespace gander {

/// Collects the reasons that a page shows in short.
class Legend {
 public:
  void add(Missing reason) { reasons_.insert(reason); }
  /// One line for each, in a fixed order: `N/A      not supported by the device or its driver`.
  void append_to(std::vector<text::Line>& lines) const;

 private:
  std::set<Missing> reasons_;
};

}  // namespace gander
