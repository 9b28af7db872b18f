// SPDX-License-Identifier: Apache-2.0
// Bars and rules.
#include "text/bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "text/decimal.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander::text {
namespace {

constexpr std::array<std::string_view, 8> partial_blocks{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
/// Columns kept for the percent behind a full bar: ` MAX`.
constexpr int percent_columns = 4;

std::string write_share(double ratio, int room) {
  const double percent = ratio * 100;
  if (std::round(percent) >= 100) return " MAX";
  const bool is_whole = std::abs(percent - std::round(percent)) < 0.05;
  auto exact = " " + write_decimal(percent, 1) + "%";
  if (!is_whole && static_cast<int>(exact.size()) <= room) return exact;
  return " " + write_decimal(percent, 0) + "%";
}

/// What stands behind the blocks, in exactly `room` columns.
std::string draw_tail(const Bar& bar, double ratio, int room) {
  const auto figure = bar.figure.empty() ? std::string{} : " " + bar.figure;
  const int figure_width = display_width(figure);
  const auto percent = write_share(ratio, room - figure_width);
  const int gap = room - figure_width - display_width(percent);
  const auto& first = bar.order == Bar::Order::figure_first ? figure : percent;
  const auto& second = bar.order == Bar::Order::figure_first ? percent : figure;
  if (gap >= 0) return first + repeat(" ", gap) + second;
  const bool keeps_figure = bar.order == Bar::Order::figure_first && figure_width <= room;
  return pad_right(keeps_figure ? figure : write_share(ratio, room), room, "");
}

/// Marks where the verticals of a row stand; returns the place of the last one, -1 without any.
int mark_verticals(const CellWidths& cells, std::uint8_t mark, std::vector<std::uint8_t>& marks) {
  if (cells.empty()) return -1;
  int place = 0;
  const auto add = [&] {
    marks.resize(std::max(marks.size(), static_cast<std::size_t>(place) + 1));
    marks[static_cast<std::size_t>(place)] |= mark;
  };
  add();
  for (const int width : cells) {
    place += width + 1;
    add();
  }
  return place;
}

/// Which of the glyphs of a junction: by what is above and below it, at the left end, inside, or
/// at the right end.
struct Junctions {
  std::array<std::string_view, 3> both;
  std::array<std::string_view, 3> above;
  std::array<std::string_view, 3> below;
};
constexpr Junctions thin{{"├", "┼", "┤"}, {"└", "┴", "┘"}, {"┌", "┬", "┐"}};
constexpr Junctions thick{{"╞", "╪", "╡"}, {"╘", "╧", "╛"}, {"╒", "╤", "╕"}};

}  // namespace

std::string draw_blocks(double ratio, int room) {
  const double eighths = std::round(8.0 * room * std::clamp(ratio, 0.0, 1.0));
  // Even nothing shows as a sliver: the bar is there, and its value is known.
  const int count = std::max(1, static_cast<int>(eighths));
  return repeat("█", count / 8) + std::string{partial_blocks[static_cast<std::size_t>(count % 8)]};
}

std::string draw_bar(const Bar& bar, int width) {
  const auto label = bar.label.empty() ? std::string{} : std::string{bar.label} + ": ";
  const int behind = std::max(width - static_cast<int>(label.size()), 0);
  const int room = std::max(behind - percent_columns, 0);
  if (!bar.ratio.is_known()) {
    const auto reason = missing_word(bar.ratio.reason(), 3, bar.state);
    return label + repeat("░", room) + pad_right(" " + std::string{reason}, behind - room);
  }
  const auto blocks = draw_blocks(bar.ratio.value(), room);
  return label + blocks + draw_tail(bar, bar.ratio.value(), behind - display_width(blocks));
}

std::string draw_rule(std::string_view fill, const CellWidths& above, const CellWidths& below) {
  constexpr std::uint8_t up = 1;
  constexpr std::uint8_t down = 2;
  std::vector<std::uint8_t> marks;
  const int end_above = mark_verticals(above, up, marks);
  const int end_below = mark_verticals(below, down, marks);
  const auto& junctions = fill == "═" ? thick : thin;
  const int end = std::max(end_above >= 0 ? end_above : end_below, 0);
  marks.resize(static_cast<std::size_t>(end) + 1);
  std::string out;
  out.reserve(marks.size() * fill.size());
  for (std::size_t place = 0; place < marks.size(); ++place) {
    const std::size_t side = place == 0 ? 0U : place + 1 == marks.size() ? 2U : 1U;
    switch (marks[place]) {
      case up | down:
        out += junctions.both[side];
        break;
      case up:
        out += junctions.above[side];
        break;
      case down:
        out += junctions.below[side];
        break;
      default:
        out += fill;
    }
  }
  return out;
}

}  // namespace gander::text
