// SPDX-License-Identifier: Apache-2.0
// A share as a labelled bar of eighth blocks, and rules between rows of cells. Knows no colour.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gander/device.hpp"
#include "gander/reading.hpp"

namespace gander::text {

/// One labelled bar. `figure` is the absolute value that goes with it.
struct Bar {
  enum class Order : std::uint8_t { figure_first, percent_first };
  std::string_view label;  ///< Drawn as `MEM: `; empty: none.
  Reading ratio;
  std::string figure;
  Order order{};
  DeviceState state{};  ///< Of the device whose bar it is: what a missing ratio means.
};

/// The bar in exactly `width` columns. An unknown ratio is a shaded field with its reason.
std::string draw_bar(const Bar& bar, int width);
/// Only its blocks, in at most `room` columns; a known share is never without a sliver.
std::string draw_blocks(double ratio, int room);

/// Where the verticals of a row stand, by the widths of its cells.
using CellWidths = std::vector<int>;
/// A rule of `fill` (`─` or `═`) between a row of cells above and one below; either may be empty.
std::string draw_rule(std::string_view fill, const CellWidths& above, const CellWidths& below);

}  // namespace gander::text
