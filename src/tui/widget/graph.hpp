// SPDX-License-Identifier: Apache-2.0
// A series as a graph: two samples and four steps in each cell where Braille can be drawn, blocks
// or ASCII elsewhere. Knows no metric.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tui/screen/grid.hpp"
#include "tui/widget/sample.hpp"

namespace gander::tui {

enum class Growth : std::uint8_t { up, down };
/// One colour, or from `graph_low` at the base to `graph_high` at the bound.
enum class Coloring : std::uint8_t { plain, gradient };

struct Graph {
  const Series& series;  ///< One sample per second, newest last.
  double bound{1};       ///< Value of full height; what is higher is cut.
  Growth growth{};
  Coloring coloring{};
  Role role{};
  Charset charset{};
};

/// Seconds that a graph so wide shows.
inline constexpr int seconds_per_column = 2;

/// Draws the graph over the whole canvas, the newest sample at its right end. A known sample is at
/// least one step high, an unknown one leaves a gap.
void draw_graph(const Graph& graph, const Canvas& canvas);
/// A bound for a graph of so many columns: a quarter above its highest sample, at least a tenth of
/// `range` and at most all of it.
double automatic_bound(const Series& series, int columns, double range);
/// A rule with the seconds before now: `╴60s├───────╴30s├───────`.
void draw_time_rule(const Canvas& canvas, const Style& style);

}  // namespace gander::tui
