// SPDX-License-Identifier: Apache-2.0
// The frame of the device panel, and its short rows: many GPUs on a small terminal.
#include "tui/panel/devices_parts.hpp"

#include <algorithm>

#include "gander/device_memory.hpp"
#include "text/device_words.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/view/shown_devices.hpp"
#include "tui/widget/bar.hpp"
#include "tui/widget/scroll.hpp"

namespace gander::tui::devices {
namespace {

constexpr int bars_from = 100;        ///< Columns of a terminal that has room for bars.
constexpr int two_bars_from = 44;     ///< Columns beyond the frame that hold two bars side by side.
constexpr int least_short_row = 15;   ///< Columns of `  MEM  UTL Temp` behind an index.
constexpr int short_with_power = 21;  ///< The same with `   Pwr`.
constexpr int least_short_bars = 10;  ///< Columns beyond those that two bars need.

/// A cell of a short row.
struct Piece {
  std::string text;
  Role role{};
  int width{};
  Metric metric{};
  bool is_bar = false;
};

std::string percent_cell(const Reading& ratio, DeviceState state) {
  return text::cell(
      ratio, 3,
      [](double value) {
        const auto percent = text::write_percent(value);
        return percent == "MAX" ? percent : percent + "%";
      },
      state);
}

std::string power_cell(const Device& device) {
  return text::cell(
      device.readings[Metric::power_draw], 5, [](double watts) { return text::write_watts(watts); },
      device.state);
}

std::string blocks_of(const Reading& ratio, int width) {
  return ratio.is_known() ? text::draw_blocks(ratio.value(), width) : text::repeat("░", width);
}

/// The pieces of a device's short row after its index, or of the titles where there is no device.
std::vector<Piece> pieces_of(const Panel& panel, const Device& device, int width) {
  const ViewState& state = panel.view.state;
  const auto memory = memory_share(panel.view.snapshot.host, device);
  const auto& load = device.readings[Metric::gpu_utilization];
  const auto role = [&](const Reading& ratio, const Levels& levels) {
    return bar_style(panel, device, ratio, levels).role;
  };
  const Role memory_role = role(memory, state.memory_levels);
  const Role load_role = role(load, state.gpu_levels);
  const int spare = width - short_with_power - 2;
  std::vector<Piece> pieces;
  const bool has_bars = spare >= least_short_bars;
  if (has_bars) {
    pieces.push_back(
        {blocks_of(memory, spare / 2), memory_role, spare / 2, Metric::memory_used, true});
  }
  pieces.push_back({percent_cell(memory, device.state), memory_role, 4, Metric::memory_used});
  if (has_bars) {
    const int rest = spare - spare / 2;
    pieces.push_back({blocks_of(load, rest), load_role, rest, Metric::gpu_utilization, true});
  }
  pieces.push_back({percent_cell(load, device.state), load_role, 4, Metric::gpu_utilization});
  pieces.push_back({text::temperature_cell(device), Role::text, 4, Metric::temperature});
  if (width >= short_with_power) {
    pieces.push_back({power_cell(device), Role::text, 5, Metric::power_draw});
  }
  return pieces;
}

/// Columns of an index, with a blank or a mark before it.
int index_width(const std::vector<const Device*>& devices) {
  std::size_t longest = 2;
  for (const Device* device : devices) {
    longest = std::max(longest, to_string(device->index).size());
  }
  return static_cast<int>(longest) + 1;
}

/// Titles of what stands behind an index.
std::string short_titles(int width) {
  const int spare = width - short_with_power - 2;
  const bool has_bars = spare >= least_short_bars;
  std::string out = " ";
  const int first = has_bars ? spare / 2 + 1 : 0;
  const int second = has_bars ? spare - spare / 2 + 1 : 0;
  out += text::pad_left("MEM", first + 4) + " " + text::pad_left("UTL", second + 4) + " Temp";
  return width >= short_with_power ? out + "   Pwr" : out;
}

void draw_short_row(const Panel& panel, const Device& device, const Area& area) {
  const auto part = panel.canvas.part(area);
  const Style style = style_of(panel, device);
  const int index = index_width(panel.devices);
  part.put_right(0, {0, index}, to_string(device.index), style);
  if (panel.view.state.marked_devices.contains(uuid_of(device))) {
    part.put(0, 0, "*", {.role = Role::accent, .bold = true});
  }
  int column = index + 1;
  for (const Piece& piece : pieces_of(panel, device, area.columns - index)) {
    // Blocks grow from the left; figures stand at the right.
    const Style look{.role = piece.role, .bold = style.bold};
    if (piece.is_bar) {
      part.put_left(0, {column, piece.width}, piece.text, look);
    } else {
      part.put_right(0, {column, piece.width}, piece.text, look);
    }
    const Area place{area.row, area.column + column, 1,
                     std::min(piece.width, area.columns - column)};
    if (place.columns > 0) note(panel, device, place, piece.metric);
    column += piece.width + 1;
  }
  note_click(panel, device, area);
}

}  // namespace

BarArea bar_area(int columns) {
  if (columns < bars_from) return {};
  const int room = columns - frame_width;
  if (room < two_bars_from) return {room - 3, 0};
  return {(room - 5) / 2 - 1, (room - 6) / 2 + 1};
}

std::string uuid_of(const Device& device) {
  return device.uuid.is_known() ? device.uuid.value() : std::string{};
}

void note(const Panel& panel, const Device& device, const Area& area, Metric metric) {
  const Area place = panel.canvas.in_grid(area);
  if (place.rows <= 0 || place.columns <= 0) return;
  panel.drawn.cells.push_back({place, metric, device.index, {}});
}

void note_click(const Panel& panel, const Device& device, const Area& area) {
  const Area place = panel.canvas.in_grid(area);
  if (place.rows <= 0 || place.columns <= 0 || !device.uuid.is_known()) return;
  panel.drawn.clicks.push_back({place, device.uuid.value()});
}

Style style_of(const Panel& panel, const Device& device) {
  Style style{.role = role_of(panel.view.snapshot, panel.view.state, device)};
  const auto& selected = panel.view.state.selected;
  if (selected && !selected->device.empty()) {
    const bool is_chosen = selected->device == uuid_of(device);
    style.bold = is_chosen;
    style.dim = !is_chosen;
  }
  return style;
}

Style bar_style(const Panel& panel, const Device& device, const Reading& ratio,
                const Levels& levels) {
  Style style = style_of(panel, device);
  style.role = text::is_broken(device) ? Role::error : intensity_of(ratio, levels);
  return style;
}

void draw_frame_row(const Canvas& canvas, int row, const text::CellWidths& cells) {
  const Style frame{.role = Role::frame};
  int column = 0;
  canvas.put(row, column, "│", frame);
  for (const int width : cells) {
    column += width + 1;
    canvas.put(row, column, "│", frame);
  }
}

text::CellWidths short_cells(int columns, int width) {
  text::CellWidths cells;
  const int inner = std::max(0, width - 1 - columns);
  for (int i = 0; i < columns; ++i) {
    cells.push_back(inner / columns + (i < inner % columns ? 1 : 0));
  }
  return cells;
}

int short_columns(const std::vector<const Device*>& devices, Size size) {
  const int count = static_cast<int>(devices.size());
  const int widest = least_short_row + index_width(devices) + 1;
  const int most = std::max(1, (size.columns - 1) / widest);
  for (int columns = 1; columns < most; ++columns) {
    if ((count + columns - 1) / columns + short_frame <= size.rows) return columns;
  }
  return std::min(most, std::max(1, count));
}

void draw_short(const Panel& panel) {
  const Canvas& canvas = panel.canvas;
  const auto [height, width] = canvas.size();
  const int count = static_cast<int>(panel.devices.size());
  const int beside = short_columns(panel.devices, canvas.size());
  const auto cells = short_cells(beside, width);
  const int below = (count + beside - 1) / beside;
  const int titles = height > short_frame ? 2 : 0;
  const int window = std::max(0, height - titles - (titles > 0 ? 1 : 0));
  const int first = first_shown(panel.view.state.device_scroll, below, window);
  panel.drawn.devices = {first, window, below};
  const int shown = std::min(window, below - first);
  const Style frame{.role = Role::frame};
  for (int i = 0; i < shown; ++i) draw_frame_row(canvas, titles + i, cells);
  if (titles > 0) {
    canvas.put(0, 0, text::draw_rule("═", {}, cells), frame);
    draw_frame_row(canvas, 1, cells);
    canvas.put(titles + shown, 0, text::draw_rule("═", cells, {}), frame);
    draw_window(canvas, titles + shown,
                {first * beside, std::min(shown * beside, count - first * beside), count});
  }
  int column = 1;
  for (int i = 0; i < beside; ++i) {
    const int cell = cells[static_cast<std::size_t>(i)];
    if (titles > 0) {
      const int index = index_width(panel.devices);
      const Canvas part = canvas.part({1, column, 1, cell});
      part.put_right(0, {0, index}, "GPU", {.role = Role::title});
      part.put(0, index, short_titles(cell - index), {.role = Role::title});
    }
    for (int row = 0; row < shown; ++row) {
      const int place = (first + row) * beside + i;
      if (place >= count) break;
      draw_short_row(panel, *panel.devices[static_cast<std::size_t>(place)],
                     {titles + row, column, 1, cell});
    }
    column += cell + 1;
  }
}

}  // namespace gander::tui::devices
