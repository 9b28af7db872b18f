// SPDX-License-Identifier: Apache-2.0
// What the device screen says, line by line, before any of it is scrolled. Only for
// device_detail*.cpp.
#pragma once

#include <string>
#include <vector>

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// A stretch of text in a line.
struct DetailPiece {
  int column{};
  std::string text;
  Style style;
};
using DetailLine = std::vector<DetailPiece>;

/// A labelled value; safe text, or the short form of why there is none.
struct DetailItem {
  std::string label;
  std::string value;
  Role role{};
};

/// A theme: items side by side, then a table where it has one.
struct DetailTheme {
  std::string title;
  std::vector<DetailItem> items;
  std::vector<std::vector<DetailItem>> table;  ///< First row: titles. Labels are not shown.
};

/// Identity, modes, health, limits, links, instances: what is no reading of the device itself.
std::vector<DetailTheme> fact_themes(const View& view, const Device& device);
/// Every metric of a device, in the themes of the table.
std::vector<DetailTheme> metric_themes(const Device& device);
/// The value of a reading, or why there is none.
DetailItem item_of(const MetricRow& row, const Reading& reading, DeviceState state);

}  // namespace gander::tui
