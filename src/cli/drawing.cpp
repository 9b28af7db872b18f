// SPDX-License-Identifier: Apache-2.0
// Asks terminal, locale and environment once, at start.
#include "cli/drawing.hpp"

#include <unistd.h>

#include <optional>

#include "cli/environment.hpp"
#include "os/terminal.hpp"

namespace gander::cli {

Drawing find_drawing(const DrawingWish& wish) {
  const auto lookup = process_environment();
  const bool is_terminal = os::is_terminal(STDOUT_FILENO);
  std::optional<int> columns;
  if (const auto size = os::terminal_size(STDOUT_FILENO)) columns = size->columns;
  Drawing drawing;
  drawing.rendering.color = wants_color(lookup, wish.force_color, is_terminal)
                                ? text::ColorMode::colored
                                : text::ColorMode::plain;
  drawing.rendering.charset =
      wish.ascii || !os::is_utf8_locale() ? text::Charset::ascii : text::Charset::unicode;
  drawing.known_width = known_width(lookup, columns);
  drawing.width = output_width(lookup, columns);
  return drawing;
}

}  // namespace gander::cli
