// SPDX-License-Identifier: Apache-2.0
// What the page of details says of a device, theme by theme, before it is drawn. Only for
// status_detail.cpp and detail_*.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::detail_page {

/// How much a value should worry a person.
enum class Tone : std::uint8_t { plain, warning, failure };

/// A value as text that is safe to print, or why there is none.
struct Value {
  Known<std::string> text;
  Tone tone{};
};

struct Item {
  std::string label;
  Value value;
};

/// A table inside a theme; the first column says what a row is about.
struct Grid {
  std::vector<std::string> titles;
  std::vector<std::vector<Value>> rows;
  bool ends_in_text = false;  ///< The last column holds words, not figures.
};

struct Theme {
  std::string title;
  std::vector<Item> items;
  Grid grid;  ///< Without titles: none.
};

/// The themes of one device in reading order. Every metric of a device is in one of them.
std::vector<Theme> find_themes(const Snapshot& snapshot, const Device& device);

/// NVLinks, other GPUs and error reports of the device: what comes in lists.
std::vector<Theme> find_list_themes(const Snapshot& snapshot, const Device& device);

/// A reading with its unit.
Value value_of(Unit unit, const Reading& reading);

}  // namespace gander::detail_page
