// SPDX-License-Identifier: Apache-2.0
// Texts of one line of the process table.
#include "tui/panel/processes_line.hpp"

#include <algorithm>
#include <array>

#include "text/process_words.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander::tui::processes {
namespace {

constexpr int longest_owner = 20;
/// The owner's column is drawn only where the command keeps so many.
constexpr int least_command = 20;

/// All there are, each as wide as its span; where they stand depends on which are shown.
constexpr std::array column_table{
    Column{TableColumn::gpu, "GPU", {0, 4}, SortKey::natural, {}},
    Column{TableColumn::pid, "PID", {0, 7}, SortKey::pid, {}},
    Column{TableColumn::type, "", {0, 1}, {}, {}},
    Column{TableColumn::user, "USER", {0, 7}, SortKey::user, {}},
    Column{TableColumn::gpu_memory, "GPU-MEM", {0, 8}, SortKey::gpu_memory, Metric::gpu_memory},
    Column{TableColumn::sm, "%SM", {0, 3}, SortKey::sm, Metric::gpu_sm_utilization},
    Column{TableColumn::memory_bandwidth,
           "%GMBW",
           {0, 5},
           SortKey::memory_bandwidth,
           Metric::gpu_memory_utilization},
};

std::string wide_percent(const Reading& ratio) {
  return text::cell(ratio, 5, [](double value) { return text::write_wide_percent(value); });
}

std::string short_percent(const Reading& ratio, DeviceState state) {
  return text::cell(ratio, 3, [](double value) { return text::write_percent(value); }, state);
}

}  // namespace

Info info_of(const Snapshot& snapshot, const Process& process) {
  const auto& readings = process.readings;
  const auto resident =
      share(readings[Metric::resident_memory], snapshot.host.readings[Metric::host_memory_total]);
  return {wide_percent(readings[Metric::cpu_usage]), wide_percent(resident),
          text::cell(readings[Metric::running_time], 4,
                     [](double seconds) { return text::write_duration(seconds); }),
          text::owner_of(process), text::command_of(process)};
}

InfoWidths measure(const std::vector<Info>& infos, int room, const TableColumns& columns) {
  InfoWidths widths;
  if (!columns.has(TableColumn::cpu)) widths.cpu = 0;
  if (!columns.has(TableColumn::host_memory)) widths.memory = 0;
  for (const Info& info : infos) {
    widths.time = std::max(widths.time, text::display_width(info.time));
    widths.command = std::max(widths.command, text::display_width(info.command));
    if (info.owner.empty()) continue;
    widths.owner = std::max({widths.owner, 5, text::display_width(info.owner)});
  }
  if (!columns.has(TableColumn::time)) widths.time = 0;
  widths.owner = columns.has(TableColumn::owner) ? std::min(widths.owner, longest_owner) : 0;
  if (!columns.has(TableColumn::command)) {
    widths.command = 0;
  } else if (room - places_of(widths).command < least_command) {
    widths.owner = 0;
  }
  return widths;
}

InfoPlaces places_of(const InfoWidths& widths) {
  InfoPlaces places;
  const auto place = [&](int width, int gap) {
    const Span span{places.command, width};
    if (width > 0) places.command += width + gap;
    return span;
  };
  places.cpu = place(widths.cpu, 1);
  places.memory = place(widths.memory, 2);
  places.time = place(widths.time, 2);
  places.owner = place(widths.owner, 2);
  return places;
}

std::string join(const Info& info, const InfoWidths& widths) {
  std::string out;
  if (widths.cpu > 0) out += text::pad_left(info.cpu, widths.cpu) + " ";
  if (widths.memory > 0) out += text::pad_left(info.memory, widths.memory) + "  ";
  if (widths.time > 0) out += text::pad_left(info.time, widths.time) + "  ";
  if (widths.owner > 0) out += text::pad_right(info.owner, widths.owner) + "  ";
  return widths.command > 0 ? out + info.command : out;
}

std::vector<Column> place_columns(const ViewState& state) {
  std::vector<Column> placed;
  int next = 1;
  for (Column column : column_table) {
    if (!state.columns.has(column.id)) continue;
    column.span.column = next;
    next += column.span.width + 1;
    placed.push_back(column);
  }
  return placed;
}

int info_column(const std::vector<Column>& columns) {
  if (columns.empty()) return 1;
  return columns.back().span.column + columns.back().span.width + 1;
}

std::string cell_of(TableColumn column, const Device& device, const TableRow& row) {
  const auto& readings = row.use->readings;
  switch (column) {
    case TableColumn::gpu:
      return text::pad_left(to_string(device.index), 4);
    case TableColumn::pid:
      return text::pad_left(std::to_string(row.process->pid), 7, ".");
    case TableColumn::type:
      return std::string{text::type_letter_of(*row.use)};
    case TableColumn::user:
      return text::pad_left(text::user_of(*row.process), 7, "+");
    case TableColumn::gpu_memory:
      return text::pad_left(
          text::cell(
              readings[Metric::gpu_memory], 8,
              [](double bytes) { return text::write_bytes(bytes); }, device.state),
          8);
    case TableColumn::sm:
      return text::pad_left(short_percent(readings[Metric::gpu_sm_utilization], device.state), 3);
    case TableColumn::memory_bandwidth:
      return text::pad_left(short_percent(readings[Metric::gpu_memory_utilization], device.state),
                            5);
    default:
      return {};
  }
}

}  // namespace gander::tui::processes
