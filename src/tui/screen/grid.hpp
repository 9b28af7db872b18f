// SPDX-License-Identifier: Apache-2.0
// A screen in memory: cells in rows and columns, and the part of them that somebody may draw on.
// Knows no terminal and no byte of an escape sequence.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tui/screen/style.hpp"

namespace gander::tui {

struct Size {
  int rows{};
  int columns{};
  friend bool operator==(const Size&, const Size&) = default;
};

/// A rectangle of a screen; may be empty, never negative.
struct Area {
  int row{};
  int column{};
  int rows{};
  int columns{};
  friend bool operator==(const Area&, const Area&) = default;
};

/// One character with its combining marks. A wide one takes its cell and the next, which is then a
/// continuation (empty text).
struct Cell {
  std::string text = " ";  ///< UTF-8, safe to print; fits the small buffer of a string in practice.
  Style style;
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// Where a text begins, and between which columns of the grid it may show.
struct Stretch {
  int column{};
  int first{};
  int end{};
};

/// Columns of a canvas that a field takes.
struct Span {
  int column{};
  int width{};
};

/// Cells of one frame. What would fall outside is cut, never wrapped.
class Grid {
 public:
  explicit Grid(Size size = {});
  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] const Cell& at(int row, int column) const;
  /// Clears to blanks and takes the new size.
  void reset(Size size);
  /// Writes `text` (any foreign bytes: made safe here) from `stretch.column` on; what lies outside
  /// [first, end) is cut, and halves of wide characters that this cuts become blanks. Returns the
  /// column behind the text.
  int put(int row, const Stretch& stretch, std::string_view text, const Style& style);
  /// Sets the style of cells and keeps their text.
  void restyle(const Area& area, const Style& style);
  [[nodiscard]] Style& style_at(int row, int column);
  friend bool operator==(const Grid&, const Grid&) = default;

 private:
  [[nodiscard]] std::size_t place(int row, int column) const;
  void set(int row, int column, Cell cell);

  Size size_;
  std::vector<Cell> cells_;
};

/// What one panel may draw on: an area of a grid with coordinates of its own, (0, 0) at its top
/// left. Everything outside is cut.
class Canvas {
 public:
  Canvas(Grid& grid, Area area);
  [[nodiscard]] Size size() const { return {area_.rows, area_.columns}; }
  [[nodiscard]] Area area() const { return area_; }  ///< In the grid's coordinates.
  /// Writes text; returns the column behind it. Foreign bytes are made safe.
  int put(int row, int column, std::string_view text, const Style& style = {}) const;
  /// The same, cut with `..` or padded to exactly the width of the span.
  void put_left(int row, Span span, std::string_view text, const Style& style = {}) const;
  void put_right(int row, Span span, std::string_view text, const Style& style = {}) const;
  void put_centre(int row, Span span, std::string_view text, const Style& style = {}) const;
  void fill(const Area& area, char32_t character, const Style& style = {}) const;
  void restyle(const Area& area, const Style& style) const;
  /// Lets `edit` change the style of each cell, for instance to select a row.
  void change(const Area& area, const std::function<void(Style&)>& edit) const;
  /// A part of it, cut to what there is.
  [[nodiscard]] Canvas part(const Area& area) const;
  /// `area` of this canvas in the grid's coordinates, cut to what there is.
  [[nodiscard]] Area in_grid(const Area& area) const;

 private:
  Grid* grid_;
  Area area_;
};

}  // namespace gander::tui
