// SPDX-License-Identifier: Apache-2.0
// Rules, rows and colours of the status page.
#include "export/status_parts.hpp"

namespace gander::status {
Intensity intensity_of(const Reading& ratio, Thresholds thresholds) {
  if (!ratio.is_known()) return Intensity::moderate;
  if (ratio.value() >= thresholds.heavy) return Intensity::heavy;
  return ratio.value() >= thresholds.moderate ? Intensity::moderate : Intensity::light;
}

text::Color color_of(Intensity intensity) {
  switch (intensity) {
    case Intensity::light:
      return text::Color::green;
    case Intensity::moderate:
      return text::Color::yellow;
    case Intensity::heavy:
      return text::Color::red;
  }
  return text::Color::plain;
}

Line draw_rule(std::string_view fill, const Cells& above, const Cells& below) {
  return Line{}.add(text::draw_rule(fill, above, below));
}

Line draw_row(const std::vector<Line>& cells) {
  Line line;
  line.add("│");
  for (const auto& content : cells) line.add(content).add("│");
  return line;
}

}  // namespace gander::status
