// SPDX-License-Identifier: Apache-2.0
// A line made of pieces, each with its look, written with or without colour and Unicode. What is
// added must be safe to print already.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/ascii.hpp"

namespace gander::text {

/// The terminal's own eight colours, so that every theme stays readable.
enum class Color : std::uint8_t { plain, red, green, yellow, blue, magenta, cyan };
enum class Weight : std::uint8_t { normal, bold, dim };
/// Whether escape sequences are written.
enum class ColorMode : std::uint8_t { plain, colored };

struct Style {
  Color color{};
  Weight weight{};
  friend bool operator==(const Style&, const Style&) = default;
};

/// How lines become bytes.
struct Rendering {
  ColorMode color{};
  Charset charset{};
};

/// Pieces of text, left to right.
class Line {
 public:
  Line& add(std::string_view text, Style style = {});
  Line& add(const Line& other);
  [[nodiscard]] int width() const;
  /// The line in at most `width` columns, with `mark` where something was cut off.
  [[nodiscard]] Line cut(int width, std::string_view mark) const;
  /// The line without its end of line. Without colour it holds no escape sequence of ours.
  [[nodiscard]] std::string write(Rendering rendering) const;

 private:
  struct Piece {
    std::string text;
    Style style;
  };
  std::vector<Piece> pieces_;
};

/// The lines, one below the other, each ended by a newline.
std::string write(const std::vector<Line>& lines, Rendering rendering);

}  // namespace gander::text
