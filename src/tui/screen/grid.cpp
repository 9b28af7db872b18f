// SPDX-License-Identifier: Apache-2.0
// Cells of a frame, and text cut into them.
#include "tui/screen/grid.hpp"

#include <algorithm>

#include "text/safe.hpp"
#include "text/utf8.hpp"
#include "text/width.hpp"

namespace gander::tui {
namespace {

/// Whether a byte begins a character.
bool is_lead(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

/// Bytes of the first character of `text`, with the marks that combine with it.
std::size_t cluster_bytes(std::string_view text) {
  const std::size_t simple = text::simple_bytes(text);
  if (simple > 0 && (simple == text.size() || text::simple_bytes(text.substr(simple)) > 0)) {
    return simple;
  }
  const auto next = [&](std::size_t from) {
    std::size_t end = from + 1;
    while (end < text.size() && !is_lead(text[end])) ++end;
    return end;
  };
  std::size_t end = next(0);
  while (end < text.size()) {
    const std::size_t after = next(end);
    if (text::display_width(text.substr(end, after - end)) != 0) break;
    end = after;
  }
  return end;
}

Area intersect(const Area& a, const Area& b) {
  const int row = std::max(a.row, b.row);
  const int column = std::max(a.column, b.column);
  const int end_row = std::min(a.row + a.rows, b.row + b.rows);
  const int end_column = std::min(a.column + a.columns, b.column + b.columns);
  return {row, column, std::max(0, end_row - row), std::max(0, end_column - column)};
}

}  // namespace

Glyph::Glyph(std::string_view cluster) {
  std::size_t end = std::min(cluster.size(), capacity);
  // Never the first half of a mark.
  while (end < cluster.size() && end > 0 && !is_lead(cluster[end])) --end;
  std::ranges::copy(cluster.substr(0, end), bytes_.begin());
  size_ = static_cast<std::uint8_t>(end);
}

Grid::Grid(Size size) { reset(size); }

void Grid::reset(Size size) {
  size_ = {std::max(0, size.rows), std::max(0, size.columns)};
  cells_.assign(static_cast<std::size_t>(size_.rows) * static_cast<std::size_t>(size_.columns), {});
}

// A wide character that loses one of its two cells must not leave half of itself on the screen.
std::span<Cell> Grid::clear_for(int row, int first, int end) {
  Cell* const cells = &cells_[place(row, 0)];
  if (cells[first].text.empty() && first > 0) cells[first - 1].text = Cell{}.text;
  if (end < size_.columns && cells[end].text.empty()) cells[end].text = Cell{}.text;
  return {cells + first, cells + end};
}

void Grid::set(int row, int column, const Cell& cell) {
  clear_for(row, column, column + 1).front() = cell;
}

void Grid::fill(int row, const Stretch& stretch, const Glyph& glyph, const Style& style) {
  const int first = std::max({0, stretch.first, stretch.column});
  const int end = std::min(size_.columns, stretch.end);
  if (row < 0 || row >= size_.rows || first >= end) return;
  std::ranges::fill(clear_for(row, first, end), Cell{glyph, style});
}

int Grid::put_simple(int row, const Stretch& stretch, SimpleText simple, const Style& style) {
  auto& [text, columns] = simple;
  const int behind = stretch.column + columns;
  const int first = std::max(stretch.first, stretch.column);
  const int end = std::min(stretch.end, behind);
  if (first < end) {
    for (int column = stretch.column; column < first; ++column) {
      text.remove_prefix(text::simple_bytes(text));
    }
    Cell next{Cell{}.text, style};
    for (Cell& cell : clear_for(row, first, end)) {
      text.remove_prefix(next.text.take_simple(text));
      cell = next;
    }
  }
  return std::min(behind, std::max(stretch.column, stretch.end));
}

int Grid::put(int row, const Stretch& stretch, std::string_view text, const Style& style) {
  if (row < 0 || row >= size_.rows) return stretch.column;
  const int first = std::max(0, stretch.first);
  const int end = std::min(size_.columns, stretch.end);
  if (const auto columns = text::simple_columns(text)) {
    return put_simple(row, {stretch.column, first, end}, {text, *columns}, style);
  }
  int column = stretch.column;
  const std::string safe = text::safe(text);
  std::string_view rest = safe;
  while (!rest.empty() && column < end) {
    const std::size_t bytes = cluster_bytes(rest);
    const std::string_view cluster = rest.substr(0, bytes);
    rest.remove_prefix(bytes);
    const int width = text::simple_bytes(cluster) == bytes ? 1 : text::display_width(cluster);
    if (width <= 0) continue;
    const bool fits = column >= first && column + width <= end;
    for (int i = std::max(column, first); i < std::min(column + width, end); ++i) {
      set(row, i, {fits ? (i == column ? Glyph{cluster} : Glyph{}) : Cell{}.text, style});
    }
    column += width;
  }
  return column;
}

void Grid::restyle(const Area& area, const Style& style) {
  const Area inside = intersect(area, {0, 0, size_.rows, size_.columns});
  for (int row = inside.row; row < inside.row + inside.rows; ++row) {
    for (int column = inside.column; column < inside.column + inside.columns; ++column) {
      cells_[place(row, column)].style = style;
    }
  }
}

void Grid::take_row(int row, const Grid& other) {
  std::ranges::copy(other.row(row), cells_.begin() + static_cast<std::ptrdiff_t>(place(row, 0)));
}

Style& Grid::style_at(int row, int column) { return cells_[place(row, column)].style; }

Canvas::Canvas(Grid& grid, Area area)
    : grid_(&grid), area_(intersect(area, {0, 0, grid.size().rows, grid.size().columns})) {}

int Canvas::put(int row, int column, std::string_view text, const Style& style) const {
  if (row < 0 || row >= area_.rows) return column + text::display_width(text::safe(text));
  const int behind =
      grid_->put(area_.row + row,
                 {area_.column + column, area_.column, area_.column + area_.columns}, text, style);
  return behind - area_.column;
}

void Canvas::put_left(int row, Span span, std::string_view text, const Style& style) const {
  // What needs no cutting is padded where it stands.
  const auto columns = text::simple_columns(text);
  if (!columns || *columns > std::max(0, span.width)) {
    put(row, span.column, text::pad_right(text::safe(text), span.width), style);
    return;
  }
  put(row, span.column, text, style);
  fill_row(row, {span.column + *columns, span.width - *columns}, Cell{}.text, style);
}

void Canvas::put_right(int row, Span span, std::string_view text, const Style& style) const {
  put(row, span.column, text::pad_left(text::safe(text), span.width), style);
}

void Canvas::put_centre(int row, Span span, std::string_view text, const Style& style) const {
  put(row, span.column, text::centre(text::safe(text), span.width), style);
}

void Canvas::fill(const Area& area, char32_t character, const Style& style) const {
  const std::string text = text::write_utf8(character);
  const bool is_simple = text::simple_bytes(text) == text.size();
  const std::string line = is_simple ? std::string{} : text::repeat(text, area.columns);
  for (int row = area.row; row < area.row + area.rows; ++row) {
    if (is_simple) {
      fill_row(row, {area.column, area.columns}, Glyph{text}, style);
    } else {
      put(row, area.column, line, style);
    }
  }
}

void Canvas::fill_row(int row, Span span, const Glyph& glyph, const Style& style) const {
  if (row < 0 || row >= area_.rows) return;
  const int end = std::min(span.column + span.width, area_.columns);
  grid_->fill(area_.row + row, {area_.column + span.column, area_.column, area_.column + end},
              glyph, style);
}

void Canvas::restyle(const Area& area, const Style& style) const {
  const Area shifted{area_.row + area.row, area_.column + area.column, area.rows, area.columns};
  grid_->restyle(intersect(shifted, area_), style);
}

void Canvas::change(const Area& area, const std::function<void(Style&)>& edit) const {
  const Area shifted{area_.row + area.row, area_.column + area.column, area.rows, area.columns};
  const Area inside = intersect(shifted, area_);
  for (int row = inside.row; row < inside.row + inside.rows; ++row) {
    for (int column = inside.column; column < inside.column + inside.columns; ++column) {
      edit(grid_->style_at(row, column));
    }
  }
}

Canvas Canvas::part(const Area& area) const {
  Canvas part{*this};
  part.area_ = intersect({area_.row + area.row, area_.column + area.column, std::max(0, area.rows),
                          std::max(0, area.columns)},
                         area_);
  return part;
}

Area Canvas::in_grid(const Area& area) const {
  return intersect({area_.row + area.row, area_.column + area.column, area.rows, area.columns},
                   area_);
}

}  // namespace gander::tui
