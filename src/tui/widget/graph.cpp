// SPDX-License-Identifier: Apache-2.0
// Samples as dots.
#include "tui/widget/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "text/utf8.hpp"
#include "text/width.hpp"

namespace gander::tui {
namespace {

constexpr char32_t braille = 0x2800;
constexpr int dots_high = 4;
/// Steps of a cell in the rungs without Braille.
constexpr int eighths_high = 8;
/// Dots of the two columns of a cell, from the top down.
using Dots = std::array<char32_t, dots_high>;
constexpr Dots left_dots{0x01, 0x02, 0x04, 0x40};
constexpr Dots right_dots{0x08, 0x10, 0x20, 0x80};
constexpr std::array shown_seconds{30, 60, 120, 180, 240, 300};

/// The sample that was newest so many seconds before the last one.
std::optional<double> sample_at(const Series& series, int age) {
  const auto place = static_cast<std::ptrdiff_t>(series.size()) - 1 - age;
  if (place < 0 || !series[static_cast<std::size_t>(place)]) return std::nullopt;
  return static_cast<double>(*series[static_cast<std::size_t>(place)]);
}

/// Steps from the base to a value; at least one where it is known.
int steps_of(const std::optional<double>& value, double bound, int height) {
  if (!value || !std::isfinite(*value)) return 0;
  const double share = bound > 0 ? std::clamp(*value / bound, 0.0, 1.0) : 0.0;
  return std::max(1, static_cast<int>(std::lround(share * height)));
}

char32_t dots_of(const Dots& dots, int steps, Growth growth) {
  char32_t mask = 0;
  for (int i = 0; i < std::clamp(steps, 0, dots_high); ++i) {
    mask |= dots[static_cast<std::size_t>(growth == Growth::up ? dots_high - 1 - i : i)];
  }
  return mask;
}

/// Both samples of a cell without Braille: their mean.
std::optional<double> mean_at(const Series& series, int age) {
  const auto newer = sample_at(series, age);
  const auto older = sample_at(series, age + 1);
  if (newer && older) return (*newer + *older) / 2;
  return newer ? newer : older;
}

char32_t block_of(int steps, Growth growth) {
  if (steps <= 0) return U' ';
  if (growth == Growth::up) return U'▁' + static_cast<char32_t>(std::min(steps, 8) - 1);
  // Upper blocks exist in three heights only.
  return steps < 3 ? U'▔' : (steps < 7 ? U'▀' : U'█');
}

char32_t ascii_of(int steps, Growth growth) {
  if (steps <= 0) return U' ';
  if (steps < 3) return growth == Growth::up ? U'.' : U'\'';
  return steps < 7 ? U':' : U'|';
}

/// The glyph of a cell `level` cells from the base, `age` seconds before the newest sample.
char32_t glyph_at(const Graph& graph, int height, int level, int age) {
  if (graph.charset == Charset::unicode) {
    const auto steps = [&](int at) {
      return steps_of(sample_at(graph.series, at), graph.bound, height * dots_high) -
             level * dots_high;
    };
    const char32_t mask = dots_of(left_dots, steps(age + 1), graph.growth) |
                          dots_of(right_dots, steps(age), graph.growth);
    return mask == 0 ? U' ' : braille | mask;
  }
  const int steps = steps_of(mean_at(graph.series, age), graph.bound, height * eighths_high) -
                    level * eighths_high;
  return graph.charset == Charset::blocks ? block_of(steps, graph.growth)
                                          : ascii_of(steps, graph.growth);
}

Style style_of(const Graph& graph, int height, int level) {
  Style style;
  style.role = graph.role;
  if (graph.coloring == Coloring::plain) return style;
  style.gradient = static_cast<std::uint8_t>(1 + (254 * (2 * level + 1)) / (2 * height));
  return style;
}

}  // namespace

void draw_graph(const Graph& graph, const Canvas& canvas) {
  const auto [rows, columns] = canvas.size();
  for (int level = 0; level < rows; ++level) {
    const int row = graph.growth == Growth::up ? rows - 1 - level : level;
    const Style style = style_of(graph, rows, level);
    std::string line;
    for (int column = 0; column < columns; ++column) {
      const int age = (columns - 1 - column) * seconds_per_column;
      line += text::write_utf8(glyph_at(graph, rows, level, age));
    }
    canvas.put(row, 0, line, style);
  }
}

double automatic_bound(const Series& series, int columns, double range) {
  double highest = 0;
  for (int age = 0; age < columns * seconds_per_column; ++age) {
    highest = std::max(highest, sample_at(series, age).value_or(0));
  }
  return std::clamp(highest * 1.25, range / 10, range);
}

void draw_time_rule(const Canvas& canvas, const Style& style) {
  const int columns = canvas.size().columns;
  canvas.put(0, 0, text::repeat("─", columns), style);
  for (const int seconds : shown_seconds) {
    const auto mark = fmt::format("╴{}s├", seconds);
    const int column = columns - seconds / seconds_per_column - text::display_width(mark);
    if (column >= 0) canvas.put(0, column, mark, style);
  }
}

}  // namespace gander::tui
