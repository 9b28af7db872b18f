// SPDX-License-Identifier: Apache-2.0
// The device box of the status page: two rows for a GPU, one for a MIG instance, bars beside them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "export/status_parts.hpp"
#include "gander/device_memory.hpp"
#include "text/device_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"

namespace gander::status {
namespace {

using text::Color;

using text::is_broken;
using text::name_pane;
using text::side_pane;

constexpr int two_bars_from = 44;  ///< Columns beyond the frame that hold two bars side by side.

/// How the columns right of the frame are used.
struct BarArea {
  int left = 0;   ///< Width of the left or only bar; 0: there is none.
  int right = 0;  ///< Width of the right bar; 0: there is none.
};

BarArea bar_area(const Page& page) {
  if (page.width < bars_from) return {};
  const int room = page.width - frame_width;
  if (room < two_bars_from) return {room - 3, 0};
  return {(room - 5) / 2 - 1, (room - 6) / 2 + 1};
}

Cells cells_of(const BarArea& bars, bool is_instance) {
  Cells cells{name_pane, side_pane, side_pane};
  if (bars.left == 0) return cells;
  if (bars.right > 0 && is_instance) {
    cells.push_back(bars.left + bars.right + 5);
    return cells;
  }
  cells.push_back(bars.left + 2);
  if (bars.right > 0) cells.push_back(bars.right + 2);
  return cells;
}

bool has_mig(const Page& page) {
  return std::any_of(page.snapshot.devices.begin(), page.snapshot.devices.end(),
                     [](const Device& device) { return device.mig_mode.is_known(); });
}

text::MigColumn mig_column(const Page& page) {
  return has_mig(page) ? text::MigColumn::present : text::MigColumn::absent;
}

Line bar_cell(const Bar& bar, int width, Color color) {
  return Line{}.add(" ").add(draw_bar(bar, width), {color, {}}).add(" ");
}

Color bar_color(const Device& device, const Reading& ratio, Thresholds thresholds) {
  return is_broken(device) ? Color::red : color_of(intensity_of(ratio, thresholds));
}

std::vector<Line> text_cells(const text::Panes& panes, Color color) {
  std::vector<Line> cells;
  cells.reserve(panes.size() + 2);  // the bars come behind
  for (const auto& pane : panes) cells.push_back(Line{}.add(pane, {color, {}}));
  return cells;
}

/// Adds a bar to both rows of a device: above and below each other.
struct TwoRows {
  std::vector<Line> first;
  std::vector<Line> second;
};

void add_bars(const Page& page, const Device& device, const BarArea& bars, TwoRows& rows) {
  const auto& options = page.options;
  const auto add = [&](std::vector<Line>& row, const Bar& bar, int width, Thresholds thresholds) {
    if (width > 0) row.push_back(bar_cell(bar, width, bar_color(device, bar.ratio, thresholds)));
  };
  add(rows.first, text::memory_bar(page.snapshot.host, device), bars.left, options.memory);
  add(rows.second, text::utilization_bar(device), bars.left, options.gpu);
  add(rows.first, text::bandwidth_bar(device), bars.right, options.memory);
  add(rows.second, text::power_bar(device), bars.right, options.gpu);
}

void draw_device(const Page& page, const Device& device, Lines& lines) {
  const auto bars = bar_area(page);
  const auto color = device_color(page, device);
  if (device.is_instance()) {
    auto cells = text_cells(text::instance_row(page.snapshot.host, device), color);
    const int width = bars.right > 0 ? bars.left + bars.right + 3 : bars.left;
    if (width > 0) {
      const auto bar = text::memory_bar(page.snapshot.host, device);
      cells.push_back(bar_cell(bar, width, bar_color(device, bar.ratio, page.options.memory)));
    }
    lines.push_back(draw_row(cells));
    return;
  }
  TwoRows rows{text_cells(text::first_row(device, mig_column(page)), color),
               text_cells(text::second_row(page.snapshot.host, device), color)};
  add_bars(page, device, bars, rows);
  lines.push_back(draw_row(rows.first));
  lines.push_back(draw_row(rows.second));
}

Line title_row(const Page& page) {
  const DriverStatus none;
  const auto& driver = page.snapshot.drivers.empty() ? none : page.snapshot.drivers.front();
  const auto name = "gander " + text::safe(page.snapshot.version);
  const auto version = "Driver Version: " + words(driver.version, 7);
  const auto cuda = "CUDA Version: " + words(driver.cuda_version, 7);
  const int room = page.width - 4;
  const int gaps =
      room - text::display_width(name) - text::display_width(version) - text::display_width(cuda);
  const auto row =
      name + text::repeat(" ", gaps / 2) + version + text::repeat(" ", gaps - gaps / 2) + cuda;
  Line line;
  line.add("│ ").add(text::pad_right(row, room)).add(" │");
  return line;
}

std::vector<Line> title_cells(const BarArea& bars, const std::vector<std::string>& titles,
                              std::pair<std::string_view, std::string_view> bar_titles) {
  std::vector<Line> cells;
  cells.reserve(titles.size() + 2);
  for (const auto& title : titles) cells.push_back(Line{}.add(title));
  const auto add = [&](std::string_view title, int width) {
    if (width > 0) cells.push_back(Line{}.add(" " + text::pad_right(title, width) + " "));
  };
  add(bar_titles.first, bars.left);
  add(bar_titles.second, bars.right);
  return cells;
}

void draw_titles(const Page& page, Lines& lines) {
  const auto bars = bar_area(page);
  lines.push_back(
      draw_row(title_cells(bars,
                           {" GPU  Name       Persistence-M ", " Bus-Id        Disp.A ",
                            has_mig(page) ? "  MIG M.  Uncorr. ECC " : " Volatile Uncorr. ECC "},
                           {"Memory", "Memory Bandwidth"})));
  lines.push_back(draw_row(title_cells(
      bars, {" Fan  Temp  Perf  Pwr:Usage/Cap", "         Memory-Usage ", " GPU-Util  Compute M. "},
      {"Utilization", "Power"})));
}

Lines draw_no_devices(const Page& page) {
  const Cells whole{page.width - 2};
  const bool is_down = std::any_of(page.snapshot.drivers.begin(), page.snapshot.drivers.end(),
                                   [](const DriverStatus& driver) { return driver.error; });
  std::string sentence = " No GPU is visible here.";
  if (page.hidden.devices > 0) {
    sentence = fmt::format(" No device matches ({} hidden).", page.hidden.devices);
  } else if (is_down) {
    sentence = " No GPU can be shown: the driver does not work.";
  }
  return {draw_rule("═", {}, whole), title_row(page), draw_rule("─", whole, whole),
          draw_row({Line{}.add(text::pad_right(sentence, page.width - 2))}),
          draw_rule("═", whole, {})};
}

}  // namespace

Color device_color(const Page& page, const Device& device) {
  if (is_broken(device)) return Color::red;
  const auto memory = intensity_of(memory_share(page.snapshot.host, device), page.options.memory);
  if (device.is_instance()) return color_of(memory);
  const auto load = intensity_of(device.readings[Metric::gpu_utilization], page.options.gpu);
  return color_of(std::max(memory, load));
}

Lines draw_devices(const Page& page) {
  const auto& devices = page.snapshot.devices;
  if (devices.empty()) return draw_no_devices(page);
  const auto bars = bar_area(page);
  const int box = bars.left > 0 ? page.width : frame_width;
  const Page boxed{page.snapshot, page.options, box, page.hidden};
  const Cells whole{box - 2};
  const auto titles = cells_of(bars, false);
  Lines lines{draw_rule("═", {}, whole), title_row(boxed), draw_rule("─", whole, titles)};
  draw_titles(page, lines);
  auto above = titles;
  for (const auto& device : devices) {
    const auto cells = cells_of(bars, device.is_instance());
    const bool is_first = &device == &devices.front();
    if (is_first || !device.is_instance()) {
      lines.push_back(draw_rule(is_first ? "═" : "─", above, cells));
    }
    draw_device(page, device, lines);
    above = cells;
  }
  lines.push_back(draw_rule("═", above, {}));
  return lines;
}

}  // namespace gander::status
