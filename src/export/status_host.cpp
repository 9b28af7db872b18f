// SPDX-License-Identifier: Apache-2.0
// The two rows of the status page about the machine around the devices.
#include <fmt/format.h>

#include "export/status_parts.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"

namespace gander::status {
namespace {

using text::Color;
using text::Weight;

/// A bar of fewer columns says nothing; an absolute figure is worth more then.
constexpr int shortest_bar = 8;
/// `MEM: ` before a bar and ` 100%` behind it.
constexpr int around_bar = 10;

std::string gib_cell(const Reading& bytes) {
  return cell(bytes, 7, [](double value) { return text::write_bytes(value, text::SizeUnit::gib); });
}

/// `[ CPU: bar   figure ]` in `width` columns: the first of `figures` that leaves room for a bar.
std::string draw_bracket(const Bar& bar, const std::vector<std::string>& figures, int width) {
  const int inside = width - 4;
  for (const auto& figure : figures) {
    const int room = inside - text::display_width(figure) - 3;
    if (room < shortest_bar + around_bar) continue;
    return fmt::format("[ {}   {} ]", draw_bar(bar, room), figure);
  }
  return fmt::format("[ {} ]", draw_bar(bar, inside));
}

std::string load_text(const HostReadings& readings) {
  const auto load = [&](Metric metric) {
    const auto value =
        cell(readings[metric], 5, [](double number) { return text::write_load(number); });
    return text::pad_left(value, 5);
  };
  return fmt::format("( Load Average: {} {} {} )", load(Metric::load_1m), load(Metric::load_5m),
                     load(Metric::load_15m));
}

/// `[ CPU: bar   figure ]`: a mean since boot never stands there as if it were of this moment.
/// Where the words have no room beside the uptime, which is that time, they name it.
std::string draw_processors(const Page& page, int width) {
  const auto& readings = page.snapshot.host.readings;
  const auto uptime = cell(readings[Metric::uptime], 7,
                           [](double seconds) { return text::write_duration(seconds, 1); });
  const Bar bar{"CPU", readings[Metric::cpu_utilization], {}, Bar::Order::percent_first, {}};
  const auto window = text::safe(page.options.cpu_window);
  if (window.empty() || !bar.ratio.is_known()) {
    return draw_bracket(bar, {"UPTIME: " + uptime}, width);
  }
  const auto whole = window + "   UPTIME: " + uptime;
  const auto brief = window + ": " + uptime;
  const int room = width - 4 - text::display_width(whole) - 3;
  if (room >= shortest_bar + around_bar) return draw_bracket(bar, {whole}, width);
  return fmt::format("[ {}   {} ]", draw_bar(bar, width - 4 - text::display_width(brief) - 3),
                     brief);
}

/// A machine without swap has none; that is no number that is missing.
std::string draw_swap(const Reading& used, const Reading& total, int width) {
  if (total == Reading{0.0}) return fmt::format("[ {} ]", text::pad_right("SWP: none", width - 4));
  return draw_bracket({"SWP", share(used, total), {}, Bar::Order::percent_first, {}},
                      {"USED: " + gib_cell(used), gib_cell(used)}, width);
}

}  // namespace

Lines draw_host(const Page& page) {
  const auto& readings = page.snapshot.host.readings;
  const auto load = load_text(readings);
  const int right = text::display_width(load);
  const int left = page.width - right - 2;
  const auto& used = readings[Metric::host_memory_used];
  const auto& total = readings[Metric::host_memory_total];
  const auto& swap_used = readings[Metric::swap_used];
  const auto& swap_total = readings[Metric::swap_total];
  const auto processor = draw_processors(page, left);
  const auto memory = draw_bracket(
      {"MEM", share(used, total), {}, Bar::Order::percent_first, {}},
      {fmt::format("USED: {} / {}", gib_cell(used), gib_cell(total)), "USED: " + gib_cell(used)},
      left);
  const auto swap = draw_swap(swap_used, swap_total, right);
  Lines lines(2);
  lines[0].add(processor, {Color::cyan, Weight::bold}).add("  ").add(load, {{}, Weight::bold});
  lines[1]
      .add(memory, {Color::magenta, Weight::bold})
      .add("  ")
      .add(swap, {Color::blue, Weight::bold});
  return lines;
}

}  // namespace gander::status
