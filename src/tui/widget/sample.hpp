// SPDX-License-Identifier: Apache-2.0
// What widgets draw: series of samples, the levels from which a share alarms, and the characters
// that may be used for it.
#pragma once

#include <cstdint>

#include "tui/widget/series.hpp"

namespace gander::tui {

enum class Charset : std::uint8_t { unicode, blocks, ascii };

/// Ratios from which a value is drawn moderate, and heavy.
struct Levels {
  double moderate{};
  double heavy{};
};

}  // namespace gander::tui
