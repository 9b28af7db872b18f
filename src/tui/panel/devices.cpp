// SPDX-License-Identifier: Apache-2.0
// Two rows or one for each GPU and one for each MIG instance, bars beside them.
#include "tui/panel/devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "text/device_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "text/wrap.hpp"
#include "tui/panel/devices_parts.hpp"
#include "tui/view/absence.hpp"
#include "tui/view/shown_devices.hpp"
#include "tui/widget/bar.hpp"
#include "tui/widget/scroll.hpp"

namespace gander::tui {
namespace {

using devices::BarArea;
using devices::Panel;
using text::CellWidths;

/// A field of a row: where it stands and what it shows.
struct Field {
  Span span;
  Metric metric{};
};
constexpr std::array first_fields{Field{{67, 10}, Metric::ecc_volatile_uncorrected}};
constexpr std::array second_fields{
    Field{{2, 3}, Metric::fan_speed},          Field{{7, 4}, Metric::temperature},
    Field{{13, 4}, Metric::performance_state}, Field{{18, 13}, Metric::power_draw},
    Field{{34, 20}, Metric::memory_used},      Field{{57, 7}, Metric::gpu_utilization}};
constexpr std::array compact_fields{
    Field{{6, 3}, Metric::fan_speed},          Field{{10, 4}, Metric::temperature},
    Field{{15, 3}, Metric::performance_state}, Field{{19, 13}, Metric::power_draw},
    Field{{34, 20}, Metric::memory_used},      Field{{57, 7}, Metric::gpu_utilization}};
constexpr std::array instance_fields{Field{{34, 20}, Metric::memory_used},
                                     Field{{63, 8}, Metric::bar1_used}};

/// One row of the panel between its titles and its lower rule.
struct Row {
  enum class Kind : std::uint8_t { rule, first, second, compact, instance };
  Kind kind{};
  const Device* device = nullptr;
};

bool has_mig(const Panel& panel) {
  return std::ranges::any_of(panel.devices,
                             [](const Device* device) { return device->mig_mode.is_known(); });
}

/// Whose row it is.
enum class RowOf : std::uint8_t { gpu, instance };
RowOf owner_of(const Row& row) {
  return row.kind == Row::Kind::instance ? RowOf::instance : RowOf::gpu;
}

/// The cells of a device's row. One bar stands below both of those of its parent.
CellWidths cells_of(int columns, RowOf row) {
  const BarArea bars = devices::bar_area(columns);
  CellWidths cells{text::name_pane, text::side_pane, text::side_pane};
  if (bars.left == 0) {
    // What is too narrow for bars widens the last pane.
    cells.back() += std::max(0, columns - devices::frame_width);
    return cells;
  }
  if (bars.right > 0 && row == RowOf::instance) {
    cells.push_back(bars.left + bars.right + 5);
    return cells;
  }
  cells.push_back(bars.left + 2);
  if (bars.right > 0) cells.push_back(bars.right + 2);
  return cells;
}

std::vector<Row> rows_of(const std::vector<const Device*>& devices, DeviceForm form) {
  std::vector<Row> rows;
  for (const Device* device : devices) {
    if (device->is_instance()) {
      rows.push_back({Row::Kind::instance, device});
    } else if (form == DeviceForm::compact) {
      rows.push_back({Row::Kind::compact, device});
    } else {
      if (!rows.empty()) rows.push_back({Row::Kind::rule, device});
      rows.push_back({Row::Kind::first, device});
      rows.push_back({Row::Kind::second, device});
    }
  }
  return rows;
}

int title_rows(DeviceForm form) { return form == DeviceForm::full ? 6 : 5; }

std::string version_line(const View& view, int room) {
  const DriverStatus none;
  const auto& drivers = view.snapshot.drivers;
  const auto& driver = drivers.empty() ? none : drivers.front();
  const auto name = "gander " + view.snapshot.version;
  const auto version = "Driver Version: " + text::words(driver.version, 7);
  const auto cuda = "CUDA Version: " + text::words(driver.cuda_version, 7);
  const int gaps = std::max(0, room - text::display_width(name) - text::display_width(version) -
                                   text::display_width(cuda));
  return name + text::repeat(" ", gaps / 2) + version + text::repeat(" ", gaps - gaps / 2) + cuda;
}

text::Panes compact_row(const Panel& panel, const Device& device) {
  auto panes = text::second_row(panel.view.snapshot.host, device);
  panes[0] = fmt::format(" {} {} {} {} {}", text::pad_left(to_string(device.index), 3),
                         text::pad_left(text::fan_cell(device), 3),
                         text::pad_left(text::temperature_cell(device), 4, ""),
                         text::pad_right(text::performance_cell(device), 3, ""),
                         text::pad_left(text::power_usage(device), 13));
  return panes;
}

text::Panes panes_of(const Panel& panel, const Row& row) {
  const Host& host = panel.view.snapshot.host;
  const auto mig = has_mig(panel) ? text::MigColumn::present : text::MigColumn::absent;
  switch (row.kind) {
    case Row::Kind::first:
      return text::first_row(*row.device, mig);
    case Row::Kind::second:
      return text::second_row(host, *row.device);
    case Row::Kind::compact:
      return compact_row(panel, *row.device);
    case Row::Kind::instance:
      return text::instance_row(host, *row.device);
    case Row::Kind::rule:
      break;
  }
  return {};
}

std::span<const Field> fields_of(Row::Kind kind) {
  switch (kind) {
    case Row::Kind::first:
      return first_fields;
    case Row::Kind::second:
      return second_fields;
    case Row::Kind::compact:
      return compact_fields;
    case Row::Kind::instance:
      return instance_fields;
    case Row::Kind::rule:
      break;
  }
  return {};
}

/// A bar of a device, what it shows, and from where on that is much.
struct DeviceBar {
  text::Bar bar;
  Metric metric{};
  Levels levels;
};

/// Bars below each other are compared: each has its share behind it, and the figure, which stands
/// in the row as well, only where there is room.
text::Bar share_first(text::Bar bar) {
  bar.order = text::Bar::Order::percent_first;
  return bar;
}

DeviceBar memory_bar(const Panel& panel, const Device& device) {
  return {share_first(text::memory_bar(panel.view.snapshot.host, device)), Metric::memory_used,
          panel.view.state.memory_levels};
}
DeviceBar utilization_bar(const Panel& panel, const Device& device) {
  return {text::utilization_bar(device), Metric::gpu_utilization, panel.view.state.gpu_levels};
}

/// The left and the right bar of a row; the same twice where one takes the room of both.
std::vector<DeviceBar> bars_of(const Panel& panel, const Row& row) {
  const Device& device = *row.device;
  const ViewState& state = panel.view.state;
  switch (row.kind) {
    case Row::Kind::first:
      return {memory_bar(panel, device),
              {text::bandwidth_bar(device), Metric::memory_utilization, state.memory_levels}};
    case Row::Kind::second:
      return {utilization_bar(panel, device),
              {share_first(text::power_bar(device)), Metric::power_draw, state.gpu_levels}};
    case Row::Kind::compact:
      return {memory_bar(panel, device), utilization_bar(panel, device)};
    case Row::Kind::instance:
      return {memory_bar(panel, device)};
    case Row::Kind::rule:
      break;
  }
  return {};
}

void draw_bars(const Panel& panel, const Row& row, int at, const CellWidths& cells) {
  const auto bars = bars_of(panel, row);
  int column = 1 + text::name_pane + 1 + 2 * (text::side_pane + 1);
  for (std::size_t i = 3; i < cells.size() && i - 3 < bars.size(); ++i) {
    const auto& [bar, metric, levels] = bars[i - 3];
    const Span span{column + 1, cells[i] - 2};
    draw_bar(panel.canvas, {at, span}, bar,
             devices::bar_style(panel, *row.device, bar.ratio, levels));
    devices::note(panel, *row.device, {at, span.column, 1, span.width}, metric);
    column += cells[i] + 1;
  }
}

void draw_row(const Panel& panel, const Row& row, int at) {
  const auto cells = cells_of(panel.canvas.size().columns, owner_of(row));
  devices::draw_frame_row(panel.canvas, at, cells);
  const auto panes = panes_of(panel, row);
  const Style style = devices::style_of(panel, *row.device);
  int column = 1;
  for (std::size_t i = 0; i < panes.size(); ++i) {
    panel.canvas.put_left(at, {column, cells[i]}, panes[i], style);
    column += cells[i] + 1;
  }
  const bool begins = row.kind != Row::Kind::second;
  if (begins && panel.view.state.marked_devices.contains(devices::uuid_of(*row.device))) {
    panel.canvas.put(at, 0, "*", {.role = Role::accent, .bold = true});
  }
  draw_bars(panel, row, at, cells);
  for (const Field& field : fields_of(row.kind)) {
    devices::note(panel, *row.device, {at, field.span.column, 1, field.span.width}, field.metric);
  }
  devices::note_click(panel, *row.device, {at, 0, 1, panel.canvas.size().columns});
}

/// The rule above row `at` of `rows`, which has to fit what stands above and below it.
void draw_rule(const Panel& panel, const std::vector<Row>& rows, std::size_t place, int at) {
  const RowOf above = place > 0 ? owner_of(rows[place - 1]) : RowOf::gpu;
  panel.canvas.put(at, 0,
                   text::draw_rule("─", cells_of(panel.canvas.size().columns, above),
                                   cells_of(panel.canvas.size().columns, RowOf::gpu)),
                   {.role = Role::frame});
}

std::vector<std::array<std::string_view, 5>> titles_of(const Panel& panel) {
  if (panel.form == DeviceForm::compact) {
    return {{" GPU Fan Temp Perf  Pwr:Usg/Cap", "         Memory-Usage ", " GPU-Util  Compute M. ",
             " Memory", " Utilization"}};
  }
  return {{" GPU  Name       Persistence-M ", " Bus-Id        Disp.A ",
           has_mig(panel) ? "  MIG M.  Uncorr. ECC " : " Volatile Uncorr. ECC ", " Memory",
           " Memory Bandwidth"},
          {" Fan  Temp  Perf  Pwr:Usage/Cap", "         Memory-Usage ", " GPU-Util  Compute M. ",
           " Utilization", " Power"}};
}

void draw_titles(const Panel& panel, const CellWidths& cells, const CellWidths& first) {
  const Canvas& canvas = panel.canvas;
  const int width = canvas.size().columns;
  const Style frame{.role = Role::frame};
  canvas.put(0, 0, text::draw_rule("═", {}, {width - 2}), frame);
  devices::draw_frame_row(canvas, 1, {width - 2});
  canvas.put_left(1, {2, width - 4}, version_line(panel.view, width - 4), {.role = Role::title});
  canvas.put(2, 0, text::draw_rule("─", {width - 2}, cells), frame);
  int at = 3;
  for (const auto& titles : titles_of(panel)) {
    devices::draw_frame_row(canvas, at, cells);
    int column = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      canvas.put_left(at, {column, cells[i]}, titles[i], {.role = Role::title});
      column += cells[i] + 1;
    }
    ++at;
  }
  canvas.put(at, 0, text::draw_rule("═", cells, first), frame);
}

// The frame of no devices: its upper rule, the versions, and the rules around the sentence.
constexpr int frame_of_none = 4;

/// Why there are no devices, in lines that fit between the sides of a frame.
std::vector<std::string> lines_of_none(const View& view, int columns) {
  return text::wrap(text::safe(absence_of_devices(view.snapshot)), std::max(1, columns - 4));
}

void draw_none(const Panel& panel) {
  const auto& canvas = panel.canvas;
  const auto [height, width] = canvas.size();
  const Style frame{.role = Role::frame};
  canvas.put(0, 0, text::draw_rule("═", {}, {width - 2}), frame);
  devices::draw_frame_row(canvas, 1, {width - 2});
  canvas.put_left(1, {2, width - 4}, version_line(panel.view, width - 4), {.role = Role::title});
  canvas.put(2, 0, text::draw_rule("─", {width - 2}, {width - 2}), frame);
  const auto lines = lines_of_none(panel.view, width);
  const int shown = std::min(static_cast<int>(lines.size()), std::max(1, height - frame_of_none));
  for (int i = 0; i < shown; ++i) {
    devices::draw_frame_row(canvas, 3 + i, {width - 2});
    canvas.put_left(3 + i, {1, width - 2}, " " + lines[static_cast<std::size_t>(i)],
                    {.role = Role::warning});
  }
  canvas.put(3 + shown, 0, text::draw_rule("═", {width - 2}, {}), frame);
}

/// Rows with a frame of panes around them.
void draw_panes(const Panel& panel) {
  const Canvas& canvas = panel.canvas;
  const auto [height, width] = canvas.size();
  const auto rows = rows_of(panel.devices, panel.form);
  const int titles = height >= title_rows(panel.form) + 2 ? title_rows(panel.form) : 0;
  const int window = std::max(0, height - titles - 1);
  const int all = static_cast<int>(rows.size());
  const int first = first_shown(panel.view.state.device_scroll, all, window);
  panel.drawn.devices = {first, window, all};
  if (titles > 0) {
    const RowOf top = owner_of(rows[static_cast<std::size_t>(first)]);
    draw_titles(panel, cells_of(panel.canvas.size().columns, RowOf::gpu),
                cells_of(panel.canvas.size().columns, top));
  }
  const int shown = std::min(window, all - first);
  for (int i = 0; i < shown; ++i) {
    const int wanted = first + i;
    const auto place = static_cast<std::size_t>(wanted);
    if (rows[place].kind == Row::Kind::rule) {
      draw_rule(panel, rows, place, titles + i);
    } else {
      draw_row(panel, rows[place], titles + i);
    }
  }
  if (height <= shown + titles) return;
  const int lowest = std::max(0, first + shown - 1);
  const RowOf last = owner_of(rows[static_cast<std::size_t>(lowest)]);
  canvas.put(titles + shown, 0,
             text::draw_rule("═", cells_of(panel.canvas.size().columns, last), {}),
             {.role = Role::frame});
  draw_window(canvas, titles + shown, {first, shown, all});
}

}  // namespace

int device_rows(const View& view, DeviceForm form, int columns) {
  const auto devices = shown_devices(view.snapshot, view.state);
  const int count = static_cast<int>(devices.size());
  if (count == 0) return frame_of_none + static_cast<int>(lines_of_none(view, columns).size());
  if (form == DeviceForm::columns || columns < devices::frame_width) {
    return short_device_rows(view, {0, columns});
  }
  return title_rows(form) + static_cast<int>(rows_of(devices, form).size()) + 1;
}

int short_device_rows(const View& view, Size room) {
  const auto devices = shown_devices(view.snapshot, view.state);
  const int beside = devices::short_columns(devices, room);
  const int count = static_cast<int>(devices.size());
  return devices::short_frame + (count + beside - 1) / beside;
}

text::CellWidths lowest_cells(const View& view, DeviceForm form, int columns) {
  const auto devices = shown_devices(view.snapshot, view.state);
  if (devices.empty() || form == DeviceForm::columns || columns < devices::frame_width) {
    return {columns - 2};
  }
  return cells_of(columns, devices.back()->is_instance() ? RowOf::instance : RowOf::gpu);
}

void draw_devices(const View& view, DeviceForm form, const Canvas& canvas, Drawn& drawn) {
  const Panel panel{view, form, canvas, drawn, shown_devices(view.snapshot, view.state)};
  if (canvas.size().rows <= 0 || canvas.size().columns <= 0) return;
  if (panel.devices.empty()) {
    draw_none(panel);
  } else if (form == DeviceForm::columns || canvas.size().columns < devices::frame_width) {
    devices::draw_short(panel);
  } else {
    draw_panes(panel);
  }
}

}  // namespace gander::tui
