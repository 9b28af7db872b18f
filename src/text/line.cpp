// SPDX-License-Identifier: Apache-2.0
// Styled pieces into bytes: the one place that writes SGR sequences.
#include "text/line.hpp"

#include <algorithm>

#include "text/width.hpp"

namespace gander::text {
namespace {

std::string_view color_code(Color color) {
  switch (color) {
    case Color::plain:
      return "";
    case Color::red:
      return "31";
    case Color::green:
      return "32";
    case Color::yellow:
      return "33";
    case Color::blue:
      return "34";
    case Color::magenta:
      return "35";
    case Color::cyan:
      return "36";
  }
  return "";
}

std::string open_style(Style style) {
  std::string codes;
  if (style.weight == Weight::bold) codes = "1";
  if (style.weight == Weight::dim) codes = "2";
  const auto color = color_code(style.color);
  if (!codes.empty() && !color.empty()) codes += ';';
  codes += color;
  return codes.empty() ? codes : "\x1b[" + codes + 'm';
}

}  // namespace

Line& Line::add(std::string_view text, Style style) {
  if (text.empty()) return *this;
  if (!pieces_.empty() && pieces_.back().style == style) {
    pieces_.back().text += text;
  } else {
    pieces_.push_back({std::string{text}, style});
  }
  return *this;
}

Line& Line::add(const Line& other) {
  for (const auto& piece : other.pieces_) add(piece.text, piece.style);
  return *this;
}

int Line::width() const {
  int width = 0;
  for (const auto& piece : pieces_) width += display_width(piece.text);
  return width;
}

Line Line::cut(int width, std::string_view mark) const {
  if (this->width() <= width) return *this;
  Line kept;
  int room = width - display_width(mark);
  for (const auto& piece : pieces_) {
    const int own = display_width(piece.text);
    if (own <= room) {
      kept.pieces_.push_back(piece);
      room -= own;
      continue;
    }
    const auto text = piece.text.substr(0, fitting_bytes(piece.text, std::max(room, 0)));
    kept.add(text, piece.style);
    // What was cut already is marked already.
    const bool is_marked = !kept.pieces_.empty() && kept.pieces_.back().text.ends_with(mark);
    if (!is_marked && width >= display_width(mark)) kept.add(mark, piece.style);
    break;
  }
  return kept;
}

std::string Line::write(Rendering rendering) const {
  std::string out;
  for (const auto& piece : pieces_) {
    const auto open =
        rendering.color == ColorMode::colored ? open_style(piece.style) : std::string{};
    out += open;
    out += rendering.charset == Charset::ascii ? to_ascii(piece.text) : piece.text;
    if (!open.empty()) out += "\x1b[0m";
  }
  return out;
}

std::string write(const std::vector<Line>& lines, Rendering rendering) {
  std::string out;
  for (const auto& line : lines) out += line.write(rendering) + '\n';
  return out;
}

}  // namespace gander::text
