// SPDX-License-Identifier: Apache-2.0
// Processor, memory, swap and load of the machine, and the GPUs as a whole.
#include "tui/panel/host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gander/device_memory.hpp"
#include "text/decimal.hpp"
#include "text/device_words.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/view/shown_devices.hpp"
#include "tui/widget/bar.hpp"
#include "tui/widget/graph.hpp"

namespace gander::tui {
namespace {

using text::Bar;

/// A bar of fewer columns says nothing; an absolute figure is worth more then.
constexpr int shortest_bar = 8;
/// `MEM: ` before a bar and ` 100%` behind it.
constexpr int around_bar = 10;
/// Narrower terminals show one thing beside the other no more.
constexpr int two_sides_from = 60;

constexpr int left_cell = 77;
constexpr int devices_from = 100;  ///< Columns of a terminal with graphs of the GPUs.
/// Rows of the graphs above the line of time, and as many below.
int half_of(int rows) { return std::max(2, (rows - 2) / 2); }

std::string gib_cell(const Reading& bytes) {
  return text::cell(bytes, 7,
                    [](double value) { return text::write_bytes(value, text::SizeUnit::gib); });
}

/// `[ CPU: bar   figure ]` in `width` columns: the first of `figures` that leaves room for a bar.
std::string draw_bracket(const Bar& bar, const std::vector<std::string>& figures, int width) {
  const int inside = width - 4;
  for (const auto& figure : figures) {
    const int room = inside - text::display_width(figure) - 3;
    if (room < shortest_bar + around_bar) continue;
    return fmt::format("[ {}   {} ]", text::draw_bar(bar, room), figure);
  }
  return fmt::format("[ {} ]", text::draw_bar(bar, inside));
}

std::string load_text(const HostReadings& readings) {
  const auto load = [&](Metric metric) {
    const auto value =
        text::cell(readings[metric], 5, [](double number) { return text::write_load(number); });
    return text::pad_left(value, 5);
  };
  return fmt::format("Load Average: {} {} {}", load(Metric::load_1m), load(Metric::load_5m),
                     load(Metric::load_15m));
}

std::string uptime_text(const HostReadings& readings) {
  return "UPTIME: " + text::cell(readings[Metric::uptime], 7,
                                 [](double seconds) { return text::write_duration(seconds, 1); });
}

Bar bar_of(std::string_view label, const Reading& ratio) {
  return {label, ratio, {}, Bar::Order::percent_first, {}};
}

void note(const Canvas& canvas, Drawn& drawn, const Area& area, Metric metric) {
  const Area place = canvas.in_grid(area);
  if (place.rows > 0 && place.columns > 0) drawn.cells.push_back({place, metric, {}, {}});
}

Reading memory_ratio(const HostReadings& readings) {
  return share(readings[Metric::host_memory_used], readings[Metric::host_memory_total]);
}
Reading swap_ratio(const HostReadings& readings) {
  return share(readings[Metric::swap_used], readings[Metric::swap_total]);
}

/// A machine without swap has none; that is no number that is missing.
bool has_no_swap(const HostReadings& readings) {
  return readings[Metric::swap_total] == Reading{0.0};
}

std::string swap_bracket(const HostReadings& readings, int columns) {
  if (has_no_swap(readings)) {
    return fmt::format("[ {} ]", text::pad_right("SWP: none", columns - 4));
  }
  const auto swap = gib_cell(readings[Metric::swap_used]);
  return draw_bracket(bar_of("SWP", swap_ratio(readings)), {"USED: " + swap, swap}, columns);
}

void draw_compact(const View& view, const Canvas& canvas, Drawn& drawn) {
  const auto& readings = view.snapshot.host.readings;
  const auto load = "( " + load_text(readings) + " )";
  const int width = canvas.size().columns;
  const int right = width >= two_sides_from ? text::display_width(load) : 0;
  const int left = right > 0 ? width - right - 2 : width;
  const auto& used = readings[Metric::host_memory_used];
  const auto total = gib_cell(readings[Metric::host_memory_total]);
  canvas.put(
      0, 0,
      draw_bracket(bar_of("CPU", readings[Metric::cpu_utilization]), {uptime_text(readings)}, left),
      {.role = Role::cpu, .bold = true});
  canvas.put(
      1, 0,
      draw_bracket(bar_of("MEM", memory_ratio(readings)),
                   {fmt::format("USED: {} / {}", gib_cell(used), total), "USED: " + gib_cell(used)},
                   left),
      {.role = Role::memory, .bold = true});
  note(canvas, drawn, {0, 0, 1, left}, Metric::cpu_utilization);
  note(canvas, drawn, {1, 0, 1, left}, Metric::host_memory_used);
  if (right == 0) return;
  canvas.put(0, left + 2, load, {.bold = true});
  canvas.put(1, left + 2, swap_bracket(readings, right), {.role = Role::swap, .bold = true});
  note(canvas, drawn, {0, left + 2, 1, right}, Metric::load_1m);
  note(canvas, drawn, {1, left + 2, 1, right}, Metric::swap_used);
}

std::string percent_text(const Reading& ratio) {
  return text::cell(ratio, 7,
                    [](double value) { return text::write_decimal(value * 100, 1) + "%"; });
}

/// A label over a graph, with a blank behind so that dots do not touch it.
void put_label(const Canvas& canvas, int row, const std::string& label, Role role) {
  canvas.put(row, 1, label + " ", {.role = role, .bold = true});
}

double bound_of(const Reading& whole) { return whole.is_known() ? whole.value() : 1.0; }

void draw_host_graphs(const View& view, const Canvas& canvas, Drawn& drawn) {
  const auto& readings = view.snapshot.host.readings;
  const auto& history = view.history;
  const auto set = view.state.charset;
  const int width = canvas.size().columns;
  const auto graph = [&](Metric metric, double bound, const Area& area, Role role) {
    const auto growth = area.row == 0 ? Growth::up : Growth::down;
    draw_graph({history.of_host(metric), bound, growth, Coloring::plain, role, set},
               canvas.part(area));
    note(canvas, drawn, area, metric);
  };
  const int upper_rows = half_of(canvas.size().rows + 1);
  const int memory_rows = upper_rows - 1;
  const int memory_row = upper_rows + 1;
  const int swap_row = memory_row + memory_rows;
  graph(Metric::cpu_utilization, 1.0, {0, 0, upper_rows, width}, Role::cpu);
  graph(Metric::host_memory_used, bound_of(readings[Metric::host_memory_total]),
        {memory_row, 0, memory_rows, width}, Role::memory);
  graph(Metric::swap_used, bound_of(readings[Metric::swap_total]), {swap_row, 0, 1, width},
        Role::swap);
  put_label(canvas, 0, load_text(readings), Role::text);
  put_label(canvas, 1, "CPU: " + percent_text(readings[Metric::cpu_utilization]), Role::cpu);
  put_label(canvas, swap_row - 1,
            fmt::format("MEM: {} ({})", gib_cell(readings[Metric::host_memory_used]),
                        percent_text(memory_ratio(readings))),
            Role::memory);
  put_label(canvas, swap_row,
            has_no_swap(readings)
                ? "SWP: none"
                : fmt::format("SWP: {} ({})", gib_cell(readings[Metric::swap_used]),
                              percent_text(swap_ratio(readings))),
            Role::swap);
}

/// What the graphs at the right are of: all GPUs, or the one whose process is selected.
struct DeviceGraphs {
  std::string title;
  std::optional<DeviceIndex> device;  ///< Nothing: all.
  const Series& memory;
  double memory_bound{};
  const Series& load;
};

/// What a series said last; a gap says that it is not known now.
std::string latest(const Series& series, double bound) {
  if (series.empty() || !series.back()) return "N/A";
  return text::write_decimal(static_cast<double>(*series.back()) / bound * 100, 1) + "%";
}

DeviceGraphs device_graphs(const View& view) {
  const auto& history = view.history;
  const auto shown = shown_devices(view.snapshot, view.state);
  const auto& selected = view.state.selected;
  const Device* device = selected ? find_device(view.snapshot, selected->device) : nullptr;
  if (device != nullptr && shown.size() > 1) {
    const auto& uuid = selected->device;
    return {(device->is_instance() ? "MIG " : "GPU ") + to_string(device->index), device->index,
            history.of_device(uuid, Metric::memory_used),
            bound_of(usable_memory_of(view.snapshot.host, *device)),
            history.of_device(uuid, Metric::gpu_utilization)};
  }
  return {shown.size() > 1 ? "AVG GPU" : "GPU",
          {},
          history.of_all_devices(Metric::memory_used),
          1.0,
          history.of_all_devices(Metric::gpu_utilization)};
}

void draw_device_graphs(const View& view, const Canvas& canvas, Drawn& drawn) {
  const auto graphs = device_graphs(view);
  const int width = canvas.size().columns;
  const auto set = view.state.charset;
  const int half = half_of(canvas.size().rows + 1);
  const Area upper{0, 0, half, width};
  const Area lower{half + 1, 0, half, width};
  draw_graph(
      {graphs.memory, graphs.memory_bound, Growth::up, Coloring::gradient, Role::moderate, set},
      canvas.part(upper));
  draw_graph({graphs.load, 1.0, Growth::down, Coloring::gradient, Role::moderate, set},
             canvas.part(lower));
  put_label(canvas, 0, graphs.title + " MEM: " + latest(graphs.memory, graphs.memory_bound),
            Role::text);
  put_label(canvas, 2 * half, graphs.title + " UTL: " + latest(graphs.load, 1.0), Role::text);
  const auto remember = [&](const Area& area, Metric metric) {
    const Area place = canvas.in_grid(area);
    if (place.rows <= 0 || place.columns <= 0) return;
    drawn.cells.push_back({place, metric, graphs.device, {}});
  };
  remember(upper, Metric::memory_used);
  remember(lower, Metric::gpu_utilization);
}

void draw_frame(const Canvas& canvas, const text::CellWidths& cells) {
  const Style frame{.role = Role::frame};
  const int rows = canvas.size().rows;
  const int middle = half_of(rows);
  for (int row = 0; row < rows - 1; ++row) {
    int column = 0;
    canvas.put(row, 0, "│", frame);
    for (const int width : cells) canvas.put(row, column += width + 1, "│", frame);
  }
  canvas.put(middle, 0, text::draw_rule("─", cells, cells), frame);
  int column = 1;
  for (const int width : cells) {
    draw_time_rule(canvas.part({middle, column, 1, width}), frame);
    column += width + 1;
  }
  canvas.put(rows - 1, 0, text::draw_rule("═", cells, {}), frame);
}

}  // namespace

int host_rows(const ViewState& state, HostForm form) {
  if (form == HostForm::compact) return bar_rows;
  return state.host_rows >= least_graph_rows ? state.host_rows : graph_rows;
}

text::CellWidths host_cells(int columns) {
  if (columns < devices_from) return {std::max(0, columns - 2)};
  return {left_cell, columns - left_cell - 3};
}

void draw_host(const View& view, HostForm form, const Canvas& canvas, Drawn& drawn) {
  if (form == HostForm::compact) {
    draw_compact(view, canvas, drawn);
    return;
  }
  const auto cells = host_cells(canvas.size().columns);
  draw_frame(canvas, cells);
  const int rows = canvas.size().rows - 1;
  draw_host_graphs(view, canvas.part({0, 1, rows, cells[0]}), drawn);
  if (cells.size() < 2) return;
  draw_device_graphs(view, canvas.part({0, cells[0] + 2, rows, cells[1]}), drawn);
}

}  // namespace gander::tui
