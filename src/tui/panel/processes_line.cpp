// SPDX-License-Identifier: Apache-2.0
// Texts of one line of the process table.
#include "tui/panel/processes_line.hpp"

#include <algorithm>

#include "text/process_words.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander::tui::processes {
namespace {

constexpr int longest_owner = 20;
/// The owner's column is drawn only where the command keeps so many.
constexpr int least_command = 20;

std::string wide_percent(const Reading& ratio) {
  return text::cell(ratio, 5, [](double value) { return text::write_wide_percent(value); });
}

std::string short_percent(const Reading& ratio, DeviceState state) {
  return text::cell(ratio, 3, [](double value) { return text::write_percent(value); }, state);
}

}  // namespace

Info info_of(const Snapshot& snapshot, const Process& process) {
  const auto& readings = process.readings;
  const auto resident = text::share(readings[Metric::resident_memory],
                                    snapshot.host.readings[Metric::host_memory_total]);
  return {wide_percent(readings[Metric::cpu_usage]), wide_percent(resident),
          text::cell(readings[Metric::running_time], 4,
                     [](double seconds) { return text::write_duration(seconds); }),
          text::owner_of(process), text::command_of(process)};
}

InfoWidths measure(const std::vector<Info>& infos, int room) {
  InfoWidths widths;
  for (const Info& info : infos) {
    widths.time = std::max(widths.time, text::display_width(info.time));
    widths.command = std::max(widths.command, text::display_width(info.command));
    if (info.owner.empty()) continue;
    widths.owner = std::max({widths.owner, 5, text::display_width(info.owner)});
  }
  widths.owner = std::min(widths.owner, longest_owner);
  const int left = room - 15 - widths.time;
  if (left - widths.owner - 2 < least_command) widths.owner = 0;
  return widths;
}

InfoPlaces places_of(const InfoWidths& widths) {
  InfoPlaces places;
  places.cpu = {0, 5};
  places.memory = {6, 5};
  places.time = {13, widths.time};
  const int behind = 13 + widths.time + 2;
  places.owner = {behind, widths.owner};
  places.command = widths.owner > 0 ? behind + widths.owner + 2 : behind;
  return places;
}

std::string join(const Info& info, const InfoWidths& widths) {
  auto out = text::pad_left(info.cpu, 5) + " " + text::pad_left(info.memory, 5) + "  " +
             text::pad_left(info.time, widths.time) + "  ";
  if (widths.owner > 0) out += text::pad_right(info.owner, widths.owner) + "  ";
  return out + info.command;
}

std::array<std::string, columns.size()> cells_of(const Device& device, const TableRow& row) {
  const auto& readings = row.use->readings;
  const auto memory = text::cell(
      readings[Metric::gpu_memory], 8, [](double bytes) { return text::write_bytes(bytes); },
      device.state);
  return {text::pad_left(to_string(device.index), 4),
          text::pad_left(std::to_string(row.process->pid), 7, "."),
          text::pad_left(text::user_of(*row.process), 7, "+"),
          text::pad_left(memory, 8),
          text::pad_left(short_percent(readings[Metric::gpu_sm_utilization], device.state), 3),
          text::pad_left(short_percent(readings[Metric::gpu_memory_utilization], device.state), 5)};
}

}  // namespace gander::tui::processes
