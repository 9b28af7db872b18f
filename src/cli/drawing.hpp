// SPDX-License-Identifier: Apache-2.0
// How standard output wants to be drawn on, from options, environment and terminal together.
#pragma once

#include <optional>

#include "text/line.hpp"

namespace gander::cli {

struct Drawing {
  text::Rendering rendering;
  int width{};                     ///< At least that of the narrowest page.
  std::optional<int> known_width;  ///< Nothing in a pipe, where nobody said how wide.
};

/// What the user asked for on the command line.
struct DrawingWish {
  bool ascii = false;
  bool force_color = false;
};

Drawing find_drawing(const DrawingWish& wish);

}  // namespace gander::cli
