// SPDX-License-Identifier: Apache-2.0
// A screen in memory: cells in rows and columns, and the part of them that somebody may draw on.
// Knows no terminal and no byte of an escape sequence.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
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

/// UTF-8 of one character with its combining marks, safe to print: a text of its own, because ten
/// thousands of strings are ten times as much memory. Marks that find no room are left out.
class Glyph {
 public:
  static constexpr std::size_t capacity = 12;  ///< A character of 3 bytes with three marks.
  constexpr Glyph() = default;
  explicit Glyph(std::string_view cluster);
  /// Becomes the first character of a text that begins with a simple one (`text::simple_bytes`), in
  /// place of another simple one. Bytes that it took: 1 or 3.
  std::size_t take_simple(std::string_view text) {
    const bool is_plain = static_cast<unsigned char>(text[0]) < 0x80;
    bytes_[0] = text[0];
    bytes_[1] = is_plain ? '\0' : text[1];
    bytes_[2] = is_plain ? '\0' : text[2];
    size_ = is_plain ? 1 : 3;
    return size_;
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  char operator[](std::size_t byte) const { return bytes_[byte]; }
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
  operator std::string_view() const { return view(); }          // NOLINT: it is one
  operator std::string() const { return std::string{view()}; }  // NOLINT: it is one
  friend bool operator==(const Glyph& a, const Glyph& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
  }
  friend bool operator==(const Glyph& glyph, std::string_view text) { return glyph.view() == text; }

 private:
  std::array<char, capacity> bytes_{};  ///< Zero behind the text.
  std::uint8_t size_{};
};

/// One character with its combining marks. A wide one takes its cell and the next, which is then a
/// continuation (empty text).
struct Cell {
  Glyph text{" "};
  Style style;
  friend bool operator==(const Cell& a, const Cell& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
  }
};
// Rows of thousands of cells are compared as the bytes that they are.
static_assert(sizeof(Cell) == 16 && std::has_unique_object_representations_v<Cell>);

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
  [[nodiscard]] const Cell& at(int row, int column) const { return cells_[place(row, column)]; }
  /// Clears to blanks and takes the new size.
  void reset(Size size);
  /// Writes `text` (any foreign bytes: made safe here) from `stretch.column` on; what lies outside
  /// [first, end) is cut, and halves of wide characters that this cuts become blanks. Returns the
  /// column behind the text.
  int put(int row, const Stretch& stretch, std::string_view text, const Style& style);
  /// Writes one character of one column from `stretch.column` up to `stretch.end`, cut the same
  /// way.
  void fill(int row, const Stretch& stretch, const Glyph& glyph, const Style& style);
  /// Sets the style of cells and keeps their text.
  void restyle(const Area& area, const Style& style);
  [[nodiscard]] Style& style_at(int row, int column);
  /// The cells of a row, from the left.
  [[nodiscard]] std::span<const Cell> row(int row) const {
    return std::span{cells_}.subspan(place(row, 0), static_cast<std::size_t>(size_.columns));
  }
  /// Makes a row what it is in another grid of the same size.
  void take_row(int row, const Grid& other);
  /// Whether a row is the same in another grid of the same size.
  [[nodiscard]] bool has_same_row(int row, const Grid& other) const {
    const auto ours = this->row(row);
    return std::memcmp(ours.data(), other.row(row).data(), ours.size_bytes()) == 0;
  }
  friend bool operator==(const Grid&, const Grid&) = default;

 private:
  [[nodiscard]] std::size_t place(int row, int column) const {
    assert(row >= 0 && row < size_.rows && column >= 0 && column < size_.columns);
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns) +
           static_cast<std::size_t>(column);
  }
  void set(int row, int column, const Cell& cell);
  /// Makes [first, end) of a row free to be written: what was cut in half beside it becomes blank.
  [[nodiscard]] std::span<Cell> clear_for(int row, int first, int end);
  /// Text of simple characters only, with the columns that it takes (`text::simple_columns`).
  struct SimpleText {
    std::string_view text;
    int columns;
  };
  int put_simple(int row, const Stretch& stretch, SimpleText simple, const Style& style);

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
  void fill_row(int row, Span span, const Glyph& glyph, const Style& style) const;

  Grid* grid_;
  Area area_;
};

}  // namespace gander::tui
