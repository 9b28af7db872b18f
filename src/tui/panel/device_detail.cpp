// SPDX-License-Identifier: Apache-2.0
// All that is known of one GPU: graphs of what it did on top, themes below them, scrolled.
#include "tui/panel/device_detail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/quantity.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/panel/screens.hpp"
#include "tui/widget/bar.hpp"
#include "tui/widget/graph.hpp"

namespace gander::tui {
namespace {

constexpr int label_width = 14;
constexpr int value_width = 12;
constexpr int item_width = label_width + 1 + value_width;
constexpr int gap = 2;
constexpr int indent = 2;
/// The longest column of a table but its last.
constexpr int longest_cell = 20;
/// A graph so narrow or flat shows nothing.
constexpr int least_graph_width = 36;
constexpr int graph_rows = 5;
/// Rows the text must keep for graphs to be drawn.
constexpr int least_text_rows = 9;

/// What is worth a graph, best first.
constexpr std::array graphed{
    Metric::gpu_utilization,   Metric::memory_used,        Metric::power_draw,
    Metric::temperature,       Metric::sm_clock,           Metric::memory_utilization,
    Metric::pcie_receive_rate, Metric::pcie_transmit_rate, Metric::nvlink_receive_rate,
    Metric::tensor_active};

using Lines = std::vector<DetailLine>;

void add_items(Lines& lines, const std::vector<DetailItem>& items, int width) {
  const int room = std::max(1, (width - indent + gap) / (item_width + gap));
  int column = 0;
  for (const DetailItem& item : items) {
    // A long value takes the columns behind it as well.
    const int needed = label_width + 1 + text::display_width(item.value);
    const int taken = std::min(room, (needed + gap + item_width + gap - 1) / (item_width + gap));
    if (column == 0 || column + taken > room) {
      lines.emplace_back();
      column = 0;
    }
    const int start = indent + column * (item_width + gap);
    lines.back().push_back({start, text::pad_right(item.label, label_width), {Role::muted}});
    lines.back().push_back({start + label_width + 1,
                            item.value,
                            {.role = item.role, .bold = item.role != Role::muted}});
    column = (column + taken) % room;
  }
}

std::vector<int> measure(const std::vector<std::vector<DetailItem>>& table) {
  std::vector<int> widths;
  for (const auto& row : table) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(longest_cell, text::display_width(row[i].value)));
    }
  }
  return widths;
}

void add_table(Lines& lines, const std::vector<std::vector<DetailItem>>& table) {
  const auto widths = measure(table);
  for (const auto& row : table) {
    auto& line = lines.emplace_back();
    int column = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool is_last = i + 1 == row.size();
      const auto text = is_last ? row[i].value : text::pad_right(row[i].value, widths[i]);
      line.push_back({column, text, {row[i].role}});
      column += widths[i] + gap;
    }
  }
}

Lines make_lines(const View& view, const Device& device, int width) {
  Lines lines;
  auto themes = fact_themes(view, device);
  const auto metrics = metric_themes(device);
  // What is wrong comes first, then the numbers, then what never changes.
  themes.insert(themes.begin() + 1, metrics.begin(), metrics.end());
  for (const DetailTheme& theme : themes) {
    lines.push_back({{1, theme.title, {.role = Role::title, .bold = true}}});
    add_items(lines, theme.items, width);
    add_table(lines, theme.table);
  }
  return lines;
}

/// The highest value a metric of this device can have; 0: not known.
double range_of(const Device& device, Metric metric) {
  const auto value = [&](Metric other) { return device.readings[other].value_or(0); };
  switch (metric) {
    case Metric::memory_used:
      return value(Metric::memory_total);
    case Metric::power_draw:
      return value(Metric::power_limit);
    case Metric::temperature:
      return value(Metric::temperature_slowdown);
    case Metric::sm_clock:
      return value(Metric::max_sm_clock);
    default:
      return row_of(metric).unit == Unit::ratio ? 1 : 0;
  }
}

Role role_of(const View& view, const Device& device, Metric metric) {
  const double range = range_of(device, metric);
  const Reading& reading = device.readings[metric];
  if (range <= 0 || !reading.is_known()) return Role::accent;
  const auto& state = view.state;
  const auto& levels = metric == Metric::memory_used ? state.memory_levels : state.gpu_levels;
  return intensity_of(Reading{reading.value() / range}, levels);
}

void draw_course(const View& view, const Canvas& canvas, Drawn& drawn, Metric metric) {
  const Device& device = *find_shown_device(view.snapshot, view.state);
  const std::string uuid = device.uuid.value_or(to_string(device.index));
  const Series& series = view.history.of_device(uuid, metric);
  const auto [rows, columns] = canvas.size();
  const Role role = role_of(view, device, metric);
  const auto item = item_of(row_of(metric), device.readings[metric], device.state);
  double range = range_of(device, metric);
  std::string text = fmt::format("{} {}", item.label, item.value);
  if (range > 0 && row_of(metric).unit != Unit::ratio) {
    text += " of " + text::write_quantity(row_of(metric).unit, range);
  }
  canvas.put_left(0, {0, columns}, text, {.role = role, .bold = true});
  if (range <= 0) {
    for (const auto& sample : series)
      range = std::max(range, 1.25 * static_cast<double>(sample.value_or(0)));
  }
  draw_graph({series, range, Growth::up, Coloring::plain, role, view.state.charset},
             canvas.part({1, 0, rows - 1, columns}));
  add_cell(drawn, {canvas.area(), metric, device.index, {}});
}

/// Draws the graphs there is room for; returns the rows they took.
int draw_courses(const View& view, const Canvas& body, Drawn& drawn, const Device& device) {
  const auto [rows, columns] = body.size();
  const int most = (columns - 1) / least_graph_width;
  if (rows < graph_rows + least_text_rows || most < 1) return 0;
  std::vector<Metric> metrics;
  for (const Metric metric : graphed) {
    const bool is_known = device.readings[metric].is_known();
    if (is_known && static_cast<int>(metrics.size()) < most) metrics.push_back(metric);
  }
  if (metrics.empty()) return 0;
  const int count = static_cast<int>(metrics.size());
  const int width = (columns - 1) / count;
  for (int i = 0; i < count; ++i) {
    draw_course(view, body.part({0, 1 + i * width, graph_rows, width - 1}), drawn,
                metrics[static_cast<std::size_t>(i)]);
  }
  return graph_rows;
}

void draw_lines(const Canvas& canvas, const Lines& lines, const Window& window) {
  for (int row = 0; row < window.rows; ++row) {
    const auto place = place_in(window, row);
    if (place >= lines.size()) return;
    for (const DetailPiece& piece : lines[place]) {
      canvas.put_left(row, {piece.column, canvas.size().columns - piece.column - 1},
                      text::cut_right(piece.text, canvas.size().columns - piece.column - 1),
                      piece.style);
    }
  }
}

}  // namespace

void draw_device(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Device* device = find_shown_device(view.snapshot, view.state);
  Page page{"Device",
            {{Action::back, "back"},
             {Action::help, "help"},
             {Action::previous_device, "previous"},
             {Action::next_device, "next"},
             {Action::page_down, "down"},
             {Action::why, "why?"}},
            Extent::scrolled};
  if (device != nullptr) {
    page.title = fmt::format("{}  {}", label_of(*device), text::words(device->name, 7));
  }
  const Canvas body = draw_page(view, canvas, drawn, page);
  const auto [rows, columns] = body.size();
  if (device == nullptr) {
    put_absence(view, body.part({1, 1, rows - 1, columns - 2}), 0);
    return;
  }
  const int top = draw_courses(view, body, drawn, *device);
  const auto lines = make_lines(view, *device, columns - 1);
  const Window window =
      keep_in_sight({view.state.page_scroll, rows - top, static_cast<int>(lines.size())}, -1);
  drawn.page = window;
  draw_lines(body.part({top, 0, rows - top, columns}), lines, window);
  draw_position(canvas, canvas.size().rows - 1, window);
}

}  // namespace gander::tui
