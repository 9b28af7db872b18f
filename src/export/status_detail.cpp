// SPDX-License-Identifier: Apache-2.0
// Draws the page of details: items side by side, tables as wide as the page, a legend at the end.
#include "export/status_detail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "export/detail_themes.hpp"
#include "export/legend.hpp"
#include "export/status_parts.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"

namespace gander {
namespace {

using detail_page::Grid;
using detail_page::Item;
using detail_page::Theme;
using detail_page::Tone;
using detail_page::Value;
using text::Color;
using text::Line;
using text::Style;
using text::Weight;

constexpr int indent = 2;
constexpr int label_width = 20;
constexpr int value_width = 17;
constexpr int gap = 1;
constexpr int pair_width = label_width + gap + value_width;

/// What the drawing of one page needs.
struct Page {
  const Snapshot& snapshot;
  int width;
  std::vector<Line> lines;
  Legend legend;
};

std::string text_of(const Value& value, DeviceState state, int columns = 7) {
  if (value.text.is_known()) return value.text.value();
  return std::string{status::missing_word(value.text.reason(), columns, state)};
}

Style style_of(const Value& value) {
  if (!value.text.is_known()) return {{}, Weight::dim};
  switch (value.tone) {
    case Tone::warning:
      return {Color::yellow, Weight::bold};
    case Tone::failure:
      return {Color::red, Weight::bold};
    case Tone::plain:
      break;
  }
  return {};
}

void explain(Page& page, const Value& value) {
  if (!value.text.is_known()) page.legend.add(value.text.reason());
}

/// The reason for which nothing at all is known of a theme, if it is a single one.
std::optional<Missing> find_common_reason(const Theme& theme) {
  std::set<Missing> reasons;
  bool is_any_known = false;
  const auto look = [&](const Value& value) {
    if (value.text.is_known()) {
      is_any_known = true;
    } else {
      reasons.insert(value.text.reason());
    }
  };
  for (const auto& item : theme.items) look(item.value);
  for (const auto& row : theme.grid.rows) {
    for (std::size_t i = 1; i < row.size(); ++i) look(row[i]);
  }
  if (is_any_known || reasons.size() != 1) return std::nullopt;
  return *reasons.begin();
}

Line begin_line() { return Line{}.add(text::repeat(" ", indent)); }

/// A value that is longer than its column, over as many lines as it needs.
void draw_long_item(Page& page, const Item& item, const std::string& text) {
  const int room = page.width - indent - label_width - gap;
  auto label = text::pad_right(item.label, label_width);
  for (const auto& part : text::wrap_whole(text, room)) {
    page.lines.push_back(begin_line()
                             .add(label, {{}, Weight::dim})
                             .add(text::repeat(" ", gap))
                             .add(part, style_of(item.value)));
    label = text::repeat(" ", label_width);
  }
}

void draw_items(Page& page, const std::vector<Item>& items, DeviceState state) {
  const int columns = std::max((page.width - indent + gap) / (pair_width + gap), 1);
  int column = 0;
  for (const auto& item : items) {
    explain(page, item.value);
    const auto text = text_of(item.value, state);
    if (text::display_width(text) > value_width) {
      draw_long_item(page, item, text);
      column = 0;
      continue;
    }
    if (column == 0) page.lines.push_back(begin_line());
    auto& line = page.lines.back();
    const int start = indent + column * (pair_width + gap);
    line.add(text::repeat(" ", start - line.width()));
    line.add(text::pad_right(item.label, label_width), {{}, Weight::dim});
    line.add(text::repeat(" ", gap)).add(text, style_of(item.value));
    column = (column + 1) % columns;
  }
}

std::vector<int> measure(const Grid& grid, DeviceState state) {
  std::vector<int> widths;
  for (std::size_t i = 0; i < grid.titles.size(); ++i) {
    int width = text::display_width(grid.titles[i]);
    for (const auto& row : grid.rows) {
      width = std::max(width, text::display_width(text_of(row[i], state)));
    }
    widths.push_back(width);
  }
  return widths;
}

/// Columns [first, last) of a grid, behind its first column.
struct Part {
  std::size_t first;
  std::size_t last;
};

constexpr int grid_gap = 2;

/// The grid in as many parts as its width needs; each repeats the first column.
std::vector<Part> divide(const std::vector<int>& widths, int room) {
  std::vector<Part> parts;
  std::size_t first = 1;
  int used = widths[0];
  for (std::size_t i = 1; i < widths.size(); ++i) {
    if (used + grid_gap + widths[i] > room && i > first) {
      parts.push_back({first, i});
      first = i;
      used = widths[0];
    }
    used += grid_gap + widths[i];
  }
  parts.push_back({first, widths.size()});
  return parts;
}

void draw_part(Page& page, const Grid& grid, const Part& part, DeviceState state) {
  const auto widths = measure(grid, state);
  const auto add = [&](Line& line, std::size_t i, const std::string& text, Style style) {
    if (i == 0) {
      line.add(text::pad_right(text, widths[0]), style);
      return;
    }
    const bool is_text = grid.ends_in_text && i + 1 == grid.titles.size();
    line.add(text::repeat(" ", grid_gap));
    line.add(is_text ? text : text::pad_left(text, widths[i]), style);
  };
  auto head = begin_line();
  add(head, 0, grid.titles[0], {{}, Weight::dim});
  for (auto i = part.first; i < part.last; ++i) add(head, i, grid.titles[i], {{}, Weight::dim});
  page.lines.push_back(head);
  for (const auto& row : grid.rows) {
    auto line = begin_line();
    add(line, 0, text_of(row[0], state), style_of(row[0]));
    for (auto i = part.first; i < part.last; ++i) {
      explain(page, row[i]);
      add(line, i, text_of(row[i], state), style_of(row[i]));
    }
    page.lines.push_back(line);
  }
}

void draw_theme(Page& page, const Theme& theme, DeviceState state) {
  const Style head{Color::cyan, Weight::bold};
  if (const auto reason = find_common_reason(theme)) {
    page.legend.add(*reason);
    page.lines.push_back(
        Line{}
            .add(text::pad_right(theme.title, indent + label_width + gap, ""), head)
            .add(status::missing_word(*reason, 7, state), {{}, Weight::dim}));
    return;
  }
  page.lines.push_back(Line{}.add(theme.title, head));
  draw_items(page, theme.items, state);
  if (theme.grid.rows.empty()) return;
  for (const auto& part : divide(measure(theme.grid, state), page.width - indent)) {
    draw_part(page, theme.grid, part, state);
  }
}

std::string state_words(const Device& device) {
  std::string text{name_of(device.state)};
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

void draw_device(Page& page, const Device& device) {
  const bool is_fine = device.state == DeviceState::ok;
  const auto state = state_words(device);
  const auto key =
      fmt::format("{} {}  ", device.is_instance() ? "MIG" : "GPU", to_string(device.index));
  const auto name = status::words(device.name, 7, device.state);
  const int room = page.width - text::display_width(key) - text::display_width(state) - 2;
  Line head;
  head.add(key, {{}, Weight::bold}).add(text::pad_right(name, room), {{}, Weight::bold});
  head.add("  ").add(state, {is_fine ? Color::green : Color::red, Weight::bold});
  page.lines.push_back(head);
  page.lines.push_back(Line{}.add(text::repeat("═", page.width)));
  if (!device.state_detail.empty()) {
    draw_long_item(page, {"State", {text::safe(device.state_detail), Tone::failure}},
                   text::safe(device.state_detail));
  }
  for (const auto& theme : detail_page::find_themes(page.snapshot, device)) {
    draw_theme(page, theme, device.state);
  }
  page.lines.emplace_back();
}

}  // namespace

std::string write_detail(const Snapshot& snapshot, text::Rendering rendering, int width,
                         const Selection& selection) {
  Page page{snapshot, width, {}, {}};
  const auto shown = select(snapshot, selection);
  for (const auto& device : shown.devices) draw_device(page, device);
  if (snapshot.devices.empty()) {
    page.lines.push_back(Line{}.add("No GPU is visible here."));
  } else if (shown.devices.empty()) {
    const auto hidden = snapshot.devices.size();
    page.lines.push_back(Line{}.add(fmt::format("No device matches ({} hidden).", hidden)));
  }
  page.legend.append_to(page.lines);
  return text::write(page.lines, rendering);
}

}  // namespace gander
