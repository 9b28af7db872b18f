// SPDX-License-Identifier: Apache-2.0
// The device box of the status page: two rows for a GPU, one for a MIG instance, bars beside them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "export/status_parts.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"

namespace gander::status {
namespace {

using text::Color;

constexpr int name_pane = 31;
constexpr int side_pane = 22;
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

std::string switch_word(const Known<Switch>& value, int columns, DeviceState state) {
  if (!value.is_known()) return std::string{missing_word(value.reason(), columns, state)};
  return value.value() == Switch::on ? "On" : "Off";
}

std::string mode_word(const Known<Switch>& mode, DeviceState state) {
  if (!mode.is_known()) return std::string{missing_word(mode.reason(), 8, state)};
  return mode.value() == Switch::on ? "Enabled" : "Disabled";
}

std::string compute_word(const Known<ComputeMode>& mode, DeviceState state) {
  if (!mode.is_known()) return std::string{missing_word(mode.reason(), 11, state)};
  switch (mode.value()) {
    case ComputeMode::shared:
      return "Default";
    case ComputeMode::exclusive_thread:
      return "E. Thread";
    case ComputeMode::prohibited:
      return "Prohibited";
    case ComputeMode::exclusive_process:
      return "E. Process";
  }
  return {};
}

std::string short_name(const Device& device) {
  if (!device.name.is_known()) {
    return fmt::format("unknown ({})", missing_word(device.name.reason(), 7, device.state));
  }
  auto name = text::safe(device.name.value());
  if (name.starts_with("NVIDIA ")) name.erase(0, 7);
  return name;
}

std::string bus_id(const Device& device) {
  auto id = words(device.pci_bus_id, 16, device.state);
  if (!device.pci_bus_id.is_known()) return id;
  for (char& c : id) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return id;
}

/// `used / total`; one reason where both are unknown for the same.
std::string used_of(const std::string& used, const std::string& total) {
  return used == total && !used.empty() && std::isdigit(static_cast<unsigned char>(used[0])) == 0
             ? used
             : used + " / " + total;
}

std::string bytes_cell(const Device& device, Metric metric) {
  return cell(
      device.readings[metric], 8, [](double bytes) { return text::write_bytes(bytes); },
      device.state);
}

std::string percent_cell(const Reading& reading, DeviceState state) {
  return cell(reading, 3, [](double ratio) { return text::write_percent(ratio); }, state);
}

std::string utilization_cell(const Device& device) {
  return cell(
      device.readings[Metric::gpu_utilization], 7,
      [](double ratio) { return fmt::format("{:.0f}%", ratio * 100); }, device.state);
}

/// Memory of a device that uses the host's, with the word that says so.
std::string shared_memory(const Page& page) {
  const auto& host = page.snapshot.host.readings;
  const auto amount = [](double bytes) {
    const double gib = bytes / (1024.0 * 1024.0 * 1024.0);
    return fmt::format("{:.{}f}", gib, gib < 99.95 ? 1 : 0);
  };
  return fmt::format("shared {}/{}GiB", cell(host[Metric::host_memory_used], 4, amount),
                     cell(host[Metric::host_memory_total], 4, amount));
}

std::string memory_usage(const Page& page, const Device& device) {
  if (shares_host_memory(page, device)) return shared_memory(page);
  return used_of(bytes_cell(device, Metric::memory_used), bytes_cell(device, Metric::memory_total));
}

std::string power_usage(const Device& device) {
  const auto& draw = device.readings[Metric::power_draw];
  const auto& limit = device.readings[Metric::power_limit];
  if (!draw.is_known() && draw == limit) {
    return std::string{missing_word(draw.reason(), 13, device.state)};
  }
  const auto watts = [](double value) { return text::write_watts(value); };
  return cell(draw, 5, watts, device.state) + " / " + cell(limit, 5, watts, device.state);
}

std::string ecc_cell(const Page& page, const Device& device) {
  const auto errors = cell(
      device.readings[Metric::ecc_volatile_uncorrected], 10,
      [](double count) { return fmt::format("{:.0f}", count); }, device.state);
  if (!has_mig(page)) return fmt::format(" {} ", text::pad_left(errors, 20));
  const auto mode = mode_word(device.mig_mode, device.state);
  return fmt::format(" {}  {} ", text::pad_left(mode, 8), text::pad_left(errors, 10));
}

std::vector<std::string> first_row(const Page& page, const Device& device) {
  return {fmt::format(" {}  {} {} ", text::pad_left(to_string(device.index), 3),
                      text::pad_right(text::cut_left(short_name(device), 19), 19),
                      text::pad_left(switch_word(device.persistence_mode, 4, device.state), 4)),
          fmt::format(" {} {} ", text::pad_right(bus_id(device), 16),
                      text::pad_left(switch_word(device.display_active, 3, device.state), 3)),
          ecc_cell(page, device)};
}

std::vector<std::string> second_row(const Page& page, const Device& device) {
  const auto& readings = device.readings;
  const auto state = cell(
      readings[Metric::performance_state], 4,
      [](double number) { return fmt::format("P{:.0f}", number); }, device.state);
  const auto degrees = cell(
      readings[Metric::temperature], 4, [](double value) { return text::write_celsius(value); },
      device.state);
  return {fmt::format(" {}  {}  {} {} ",
                      text::pad_left(percent_cell(readings[Metric::fan_speed], device.state), 3),
                      text::pad_left(degrees, 4, ""), text::centre(state, 4),
                      text::pad_left(power_usage(device), 13)),
          fmt::format(" {} ", text::pad_left(memory_usage(page, device), 20)),
          fmt::format(" {}  {} ", text::pad_left(utilization_cell(device), 7),
                      text::pad_left(compute_word(device.compute_mode, device.state), 11))};
}

std::string number_cell(const Known<std::uint32_t>& number) {
  return number.is_known() ? std::to_string(number.value()) : "?";
}

std::vector<std::string> instance_row(const Page& page, const Device& device) {
  const auto name = short_name(device);
  const auto profile = device.name.is_known() ? name.substr(name.rfind(' ') + 1) : name;
  const auto& readings = device.readings;
  const auto memory = shares_host_memory(page, device)
                          ? shared_memory(page)
                          : used_of(bytes_cell(device, Metric::memory_used),
                                    text::pad_left(bytes_cell(device, Metric::memory_total), 8));
  const auto mapped = share(readings[Metric::bar1_used], readings[Metric::bar1_total]);
  return {
      fmt::format("{}:{}{} @ GI/CI:{}/{}", text::pad_left(std::to_string(device.index.gpu), 2),
                  text::pad_right(std::to_string(device.index.instance.value_or(0)), 2),
                  text::pad_left(profile, 12),
                  text::pad_left(number_cell(device.gpu_instance_id), 2),
                  text::pad_right(number_cell(device.compute_instance_id), 2)),
      fmt::format(" {} ", text::pad_left(memory, 20)),
      fmt::format(" BAR1: {} / {} ", text::pad_left(bytes_cell(device, Metric::bar1_used), 8),
                  text::pad_left(
                      percent_cell(mapped, device.state) + (mapped.is_known() ? "%" : ""), 3, ""))};
}

Bar memory_bar(const Page& page, const Device& device) {
  const auto& used = shares_host_memory(page, device)
                         ? page.snapshot.host.readings[Metric::host_memory_used]
                         : device.readings[Metric::memory_used];
  const auto figure = cell(used, 8, [](double bytes) { return text::write_bytes(bytes); });
  return {"MEM", memory_share(page, device), figure, Bar::Order::figure_first, device.state};
}

std::string clock_figure(const Reading& clock) {
  return clock.is_known() ? "@ " + text::write_clock(clock.value()) : std::string{};
}

Bar utilization_bar(const Device& device) {
  return {"UTL", device.readings[Metric::gpu_utilization],
          clock_figure(device.readings[Metric::sm_clock]), Bar::Order::percent_first, device.state};
}

Bar bandwidth_bar(const Device& device) {
  return {"MBW", device.readings[Metric::memory_utilization],
          clock_figure(device.readings[Metric::memory_clock]), Bar::Order::percent_first,
          device.state};
}

Bar power_bar(const Device& device) {
  const auto& draw = device.readings[Metric::power_draw];
  return {"PWR", share(draw, device.readings[Metric::power_limit]),
          draw.is_known() ? text::write_watts(draw.value()) : std::string{},
          Bar::Order::figure_first, device.state};
}

Line bar_cell(const Bar& bar, int width, Color color) {
  return Line{}.add(" ").add(draw_bar(bar, width), {color, {}}).add(" ");
}

bool is_broken(const Device& device) {
  return device.state != DeviceState::ok && device.state != DeviceState::suspended;
}

Color bar_color(const Device& device, const Reading& ratio, Thresholds thresholds) {
  return is_broken(device) ? Color::red : color_of(intensity_of(ratio, thresholds));
}

std::vector<Line> text_cells(const std::vector<std::string>& panes, Color color) {
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
  add(rows.first, memory_bar(page, device), bars.left, options.memory);
  add(rows.second, utilization_bar(device), bars.left, options.gpu);
  add(rows.first, bandwidth_bar(device), bars.right, options.memory);
  add(rows.second, power_bar(device), bars.right, options.gpu);
}

void draw_device(const Page& page, const Device& device, Lines& lines) {
  const auto bars = bar_area(page);
  const auto color = device_color(page, device);
  if (device.is_instance()) {
    auto cells = text_cells(instance_row(page, device), color);
    const int width = bars.right > 0 ? bars.left + bars.right + 3 : bars.left;
    if (width > 0) {
      const auto bar = memory_bar(page, device);
      cells.push_back(bar_cell(bar, width, bar_color(device, bar.ratio, page.options.memory)));
    }
    lines.push_back(draw_row(cells));
    return;
  }
  TwoRows rows{text_cells(first_row(page, device), color),
               text_cells(second_row(page, device), color)};
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

bool shares_host_memory(const Page& page, const Device& device) {
  const auto& total = device.readings[Metric::memory_total];
  const bool has_none = total == Reading{Missing::not_supported} || total == Reading{0.0};
  return has_none && device.state == DeviceState::ok && !device.is_instance() &&
         page.snapshot.host.readings[Metric::host_memory_total].is_known();
}

Reading memory_share(const Page& page, const Device& device) {
  const auto& host = page.snapshot.host.readings;
  if (shares_host_memory(page, device)) {
    return share(host[Metric::host_memory_used], host[Metric::host_memory_total]);
  }
  return share(device.readings[Metric::memory_used], device.readings[Metric::memory_total]);
}

Color device_color(const Page& page, const Device& device) {
  if (is_broken(device)) return Color::red;
  const auto memory = intensity_of(memory_share(page, device), page.options.memory);
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
