// SPDX-License-Identifier: Apache-2.0
// The table of GPU processes: titles, rows, headings of groups, rules between GPUs.
#include "tui/panel/processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "text/bar.hpp"
#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/panel/processes_line.hpp"
#include "tui/view/absence.hpp"
#include "tui/view/shown_devices.hpp"
#include "tui/widget/scroll.hpp"

namespace gander::tui {
namespace {

using processes::Info;
using processes::InfoWidths;

constexpr int frame_rows = 5;          ///< Two rules, heading, titles and the lower rule.
constexpr std::size_t most_cells = 6;  ///< Numbers of a row that can be pointed at.
constexpr Style frame_style{.role = Role::frame};

/// Everything the drawing of one table needs.
struct Table {
  const View& view;
  const Canvas& canvas;
  Drawn& drawn;
  std::vector<TableRow> rows;
  std::vector<Info> infos;  ///< One for each row.
  std::vector<processes::Column> columns;
  int info_column{};  ///< Where the facts of the host begin.
  InfoWidths widths;
};

/// A line between the titles and the lower rule: a row, or a rule above it.
struct Line {
  std::size_t row{};
  bool is_rule = false;
};

const Device* device_of(const Snapshot& snapshot, const TableRow& row) {
  return row.use == nullptr ? nullptr : find_device(snapshot, row.use->device);
}

bool is_natural(const ViewState& state) {
  return state.grouping == Grouping::none &&
         (state.sort.empty() || state.sort.front().key == SortKey::natural);
}

std::vector<Line> lines_of(const View& view, const std::vector<TableRow>& rows,
                           Separation separation) {
  const bool has_rules = separation == Separation::rules && is_natural(view.state);
  std::vector<Line> lines;
  const Device* before = nullptr;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Device* device = device_of(view.snapshot, rows[i]);
    const bool is_other =
        before != nullptr && device != nullptr && before->index.gpu != device->index.gpu;
    if (has_rules && is_other) lines.push_back({i, true});
    lines.push_back({i, false});
    before = device;
  }
  return lines;
}

Table make_table(const View& view, const Canvas& canvas, Drawn& drawn) {
  Table table{view, canvas, drawn, arrange_rows(view.snapshot, view.state), {}, {}, {}, {}};
  table.columns = processes::place_columns(view.state);
  table.info_column = processes::info_column(table.columns);
  table.infos.reserve(table.rows.size());
  for (const TableRow& row : table.rows) {
    table.infos.push_back(row.process == nullptr ? Info{}
                                                 : processes::info_of(view.snapshot, *row.process));
  }
  const int room = canvas.size().columns - table.info_column - 2;
  table.widths = processes::measure(table.infos, room, view.state.columns);
  return table;
}

/// The part of a row right of the fixed columns, and how far the user scrolled it.
Canvas info_canvas(const Table& table, int row) {
  const int width = table.canvas.size().columns - table.info_column - 2;
  return table.canvas.part({row, table.info_column, 1, width});
}

void put_info(const Table& table, int row, const std::string& line, const Style& style) {
  const auto canvas = info_canvas(table, row);
  const int width = canvas.size().columns;
  const int longest = processes::places_of(table.widths).command + table.widths.command;
  const int wish = std::clamp(table.view.state.host_info_column, 0, std::max(0, longest - width));
  if (wish == 0) {
    canvas.put_left(0, {0, width}, line, style);
  } else {
    canvas.put(0, -wish, line, style);
  }
}

void draw_frame_sides(const Canvas& canvas, int row) {
  canvas.put(row, 0, "│", frame_style);
  canvas.put(row, canvas.size().columns - 1, "│", frame_style);
}

/// `user@host` at the right of the first line.
void draw_heading(const Table& table, int row) {
  const auto& canvas = table.canvas;
  const auto& state = table.view.state;
  draw_frame_sides(canvas, row);
  const int room = canvas.size().columns - 4;
  canvas.put(row, 2, "Processes:", {.role = Role::title});
  const int name_room = std::max(0, room - 11);
  const auto host = text::words(table.view.snapshot.host.name, 7);
  const auto user = text::cut_right(text::safe(state.viewer), name_room / 2);
  const auto place = text::cut_right(host, name_room / 2);
  const int width = text::display_width(user) + (user.empty() ? 0 : 1) + text::display_width(place);
  int column = 2 + room - width;
  if (column < 13) return;
  const Role role = state.viewer_uid == 0 ? Role::warning : Role::accent;
  column = canvas.put(row, column, user, {.role = role, .bold = true});
  if (!user.empty()) column = canvas.put(row, column, "@", {.bold = true});
  canvas.put(row, column, place, {.role = Role::good, .bold = true});
}

std::optional<Action> sort_action(SortKey key) {
  switch (key) {
    case SortKey::natural:
      return Action::sort_by_natural;
    case SortKey::pid:
      return Action::sort_by_pid;
    case SortKey::user:
      return Action::sort_by_user;
    case SortKey::gpu_memory:
      return Action::sort_by_gpu_memory;
    case SortKey::sm:
      return Action::sort_by_sm;
    case SortKey::memory_bandwidth:
      return Action::sort_by_memory_bandwidth;
    case SortKey::cpu:
      return Action::sort_by_cpu;
    case SortKey::host_memory:
      return Action::sort_by_host_memory;
    case SortKey::time:
      return Action::sort_by_time;
  }
  return std::nullopt;
}

/// Which way the arrow of the strongest key points; empty for another key, and for the usual order.
std::string_view arrow_of(const ViewState& state, SortKey key) {
  const SortOrder order = state.sort.empty() ? SortOrder{} : state.sort.front();
  if (order.key != key) return {};
  if (key == SortKey::natural && !order.is_reversed) return {};
  const bool grows = key == SortKey::natural || key == SortKey::pid || key == SortKey::user;
  return grows != order.is_reversed ? "▲" : "▼";
}

/// A title at the right of its column, with the arrow behind it.
void put_title(const Table& table, const Canvas& canvas, const processes::Column& column) {
  if (column.span.width <= 0) return;
  const auto arrow = column.key ? arrow_of(table.view.state, *column.key) : std::string_view{};
  const bool is_sorted = !arrow.empty();
  const Style style{
      .role = is_sorted ? Role::accent : Role::title, .bold = is_sorted, .underline = is_sorted};
  const int end = column.span.column + column.span.width;
  canvas.put(0, end - static_cast<int>(column.title.size()), column.title, style);
  if (is_sorted) canvas.put(0, end, arrow, style);
  const Area place = canvas.in_grid({0, column.span.column, 1, column.span.width});
  if (place.columns <= 0 || place.rows <= 0) return;
  if (const auto action = column.key ? sort_action(*column.key) : std::nullopt)
    table.drawn.clicks.push_back({place, *action});
}

void draw_titles(const Table& table, int row) {
  const Canvas line = table.canvas.part({row, 0, 1, table.canvas.size().columns});
  for (const auto& column : table.columns) put_title(table, line, column);
  const auto places = processes::places_of(table.widths);
  const auto info = info_canvas(table, row);
  const int longest = places.command + table.widths.command;
  const int shift =
      std::clamp(table.view.state.host_info_column, 0, std::max(0, longest - info.size().columns));
  const auto at = [&](Span span) { return Span{span.column - shift, span.width}; };
  put_title(table, info, {TableColumn::cpu, "%CPU", at(places.cpu), SortKey::cpu, {}});
  put_title(table, info,
            {TableColumn::host_memory, "%MEM", at(places.memory), SortKey::host_memory, {}});
  put_title(table, info, {TableColumn::time, "TIME", at(places.time), SortKey::time, {}});
  if (table.widths.owner > 0) {
    info.put(0, places.owner.column - shift, "OWNER", {.role = Role::title});
  }
  if (table.widths.command > 0) {
    info.put(0, places.command - shift, "COMMAND", {.role = Role::title});
  }
  draw_frame_sides(table.canvas, row);
}

Style row_style(const ViewState& state, const Process& process) {
  Style style;
  const bool is_own = state.viewer_uid == 0 || process.uid == Known{state.viewer_uid};
  if (!is_own) style.role = Role::muted;
  return style;
}

Style command_style(const ViewState& state, const Process& process) {
  if (process.presence == Presence::gone) return {.role = Role::error};
  if (process.presence != Presence::present || process.command == Missing::no_permission) {
    return {.role = Role::warning};
  }
  return row_style(state, process);
}

/// The mark at the left of a row: tagged, or the selected process on another device.
std::string_view mark_of(const ViewState& state, const TableRow& row) {
  const auto key = key_of(row);
  if (state.selected && state.selected->process == key.process && *state.selected != key) {
    return "=";
  }
  return state.tagged.contains(key.process) ? "*" : "";
}

void note_row(const Table& table, const TableRow& row, const Device& device, int at) {
  const auto& canvas = table.canvas;
  const int width = canvas.size().columns;
  const Area whole = canvas.in_grid({at, 0, 1, width});
  if (whole.rows <= 0 || whole.columns <= 0) return;
  table.drawn.clicks.push_back({whole, key_of(row)});
  const auto note = [&](const Canvas& on, const Area& area, Metric metric) {
    const Area place = on.in_grid(area);
    if (place.rows > 0 && place.columns > 0) {
      table.drawn.cells.push_back({place, metric, device.index, row.process->pid});
    }
  };
  for (const auto& column : table.columns) {
    if (column.metric) {
      note(canvas, {at, column.span.column, 1, column.span.width}, *column.metric);
    }
  }
  if (table.view.state.host_info_column != 0) return;
  const auto places = processes::places_of(table.widths);
  const auto info = info_canvas(table, at);
  note(info, {0, places.cpu.column, 1, places.cpu.width}, Metric::cpu_usage);
  note(info, {0, places.memory.column, 1, places.memory.width}, Metric::resident_memory);
  note(info, {0, places.time.column, 1, places.time.width}, Metric::running_time);
}

void draw_process(const Table& table, std::size_t place, int at) {
  const TableRow& row = table.rows[place];
  const ViewState& state = table.view.state;
  const Device* device = device_of(table.view.snapshot, row);
  if (device == nullptr) return;
  const auto& canvas = table.canvas;
  const bool is_tagged = state.tagged.contains(key_of(*row.process));
  Style style = row_style(state, *row.process);
  if (is_tagged) style.role = Role::tagged;
  const Style command = is_tagged ? style : command_style(state, *row.process);
  put_info(table, at, processes::join(table.infos[place], table.widths), command);
  const Style own{.role = role_of(table.view.snapshot, state, *device)};
  for (const auto& column : table.columns) {
    canvas.put(at, column.span.column, processes::cell_of(column.id, *device, row),
               column.id == TableColumn::gpu ? own : style);
  }
  draw_frame_sides(canvas, at);
  if (state.selected && *state.selected == key_of(row)) {
    canvas.change({at, 1, 1, canvas.size().columns - 2}, [](Style& cell) {
      cell.selected = true;
      cell.bold = true;
    });
  }
  canvas.put(at, 0, mark_of(state, row), {.role = Role::accent, .bold = true});
  note_row(table, row, *device, at);
}

/// `alice: 4 processes on GPU 0-3, 283.6GiB`.
std::string group_line(const Table& table, std::size_t heading) {
  std::set<ProcessKey> members;
  std::vector<DeviceIndex> devices;
  double memory = 0;
  bool is_complete = true;
  for (auto i = heading + 1; i < table.rows.size() && table.rows[i].process != nullptr; ++i) {
    const TableRow& row = table.rows[i];
    members.insert(key_of(*row.process));
    const Device* device = device_of(table.view.snapshot, row);
    if (device != nullptr && std::ranges::find(devices, device->index) == devices.end()) {
      devices.push_back(device->index);
    }
    const auto& reading = row.use->readings[Metric::gpu_memory];
    memory += reading.value_or(0);
    is_complete = is_complete && reading.is_known();
  }
  return fmt::format("{}: {} process{} on GPU {}, {}{}", table.rows[heading].group, members.size(),
                     members.size() == 1 ? "" : "es", list_devices(devices),
                     is_complete ? "" : "at least ", text::write_bytes(memory));
}

void draw_group(const Table& table, std::size_t place, int at) {
  const auto& canvas = table.canvas;
  const int width = canvas.size().columns;
  const auto& state = table.view.state;
  const auto key = key_of(table.rows[place]);
  draw_frame_sides(canvas, at);
  canvas.put_left(at, {2, std::max(0, width - 4)}, group_line(table, place),
                  {.role = Role::title, .bold = true});
  const bool is_selected = state.selected && *state.selected == key;
  if (is_selected) {
    canvas.change({at, 1, 1, width - 2}, [](Style& cell) { cell.selected = true; });
  }
  const Area whole = canvas.in_grid({at, 0, 1, width});
  if (whole.rows > 0 && whole.columns > 0) table.drawn.clicks.push_back({whole, key});
}

/// The first line to show: what the user scrolled to, but not without the selected row unless the
/// user scrolled away from it.
int first_line(const Table& table, const std::vector<Line>& lines, int window) {
  const auto& state = table.view.state;
  const int all = static_cast<int>(lines.size());
  int first = first_shown(state.process_scroll, all, window);
  const bool is_held = state.keeps_selection_in_sight || state.is_following;
  if (!state.selected || !is_held || window <= 0) return first;
  for (int i = 0; i < all; ++i) {
    const Line& line = lines[static_cast<std::size_t>(i)];
    if (line.is_rule || key_of(table.rows[line.row]) != *state.selected) continue;
    if (i < first) first = i;
    if (i >= first + window) first = i - window + 1;
  }
  return first;
}

/// Sentences below the rows: why there are none, and whose are not known.
std::vector<std::string> sentences_of(const View& view, int rows) {
  std::vector<std::string> sentences;
  if (rows == 0) sentences.push_back(absence_of_processes(view.snapshot));
  if (auto gaps = gaps_in_processes(view.snapshot); !gaps.empty()) {
    sentences.push_back(std::move(gaps));
  }
  return sentences;
}

/// They stand where rows leave room.
void draw_sentences(const Table& table, int rows, int top, int window) {
  const int width = table.canvas.size().columns;
  int row = std::min(rows, window);
  for (const auto& sentence : sentences_of(table.view, rows)) {
    if (row >= window) return;
    table.canvas.put_left(top + row++, {1, width - 2}, " " + sentence, {.role = Role::muted});
  }
}

void draw_lines(const Table& table, const std::vector<Line>& lines, int top) {
  const auto& canvas = table.canvas;
  const auto [height, width] = canvas.size();
  const text::CellWidths whole{std::max(0, width - 2)};
  const int all = static_cast<int>(lines.size());
  // Without titles there is no rule either.
  const bool has_rule = top > 0;
  const int window = std::max(0, height - top - (has_rule ? 1 : 0));
  const int first = first_line(table, lines, window);
  const int shown = std::min(window, all - first);
  table.drawn.processes = {first, window, all};
  for (int i = 0; i < shown; ++i) {
    const auto [row, is_rule] =
        lines[static_cast<std::size_t>(first) + static_cast<std::size_t>(i)];
    if (is_rule) {
      canvas.put(top + i, 0, text::draw_rule("─", whole, whole), frame_style);
    } else if (table.rows[row].process == nullptr) {
      draw_group(table, row, top + i);
    } else {
      draw_process(table, row, top + i);
    }
  }
  for (int i = shown; i < window; ++i) draw_frame_sides(canvas, top + i);
  draw_sentences(table, all, top, window);
  if (!has_rule) return;
  canvas.put(height - 1, 0, text::draw_rule("═", whole, {}), frame_style);
  draw_window(canvas, height - 1, {first, shown, all});
}

}  // namespace

ProcessNeeds process_rows(const View& view) {
  const auto rows = arrange_rows(view.snapshot, view.state);
  const int apart = static_cast<int>(lines_of(view, rows, Separation::rules).size());
  // Rules stand between rows: without them there is one line for each.
  const int together = static_cast<int>(rows.size());
  const int rest = frame_rows + static_cast<int>(sentences_of(view, together).size());
  return {apart + rest, together + rest};
}

void draw_processes(const View& view, Separation separation, const Canvas& canvas, Drawn& drawn) {
  const auto [height, width] = canvas.size();
  if (height <= 0 || width <= 0) return;
  const Table table = make_table(view, canvas, drawn);
  const text::CellWidths whole{std::max(0, width - 2)};
  const auto lines = lines_of(view, table.rows, separation);
  drawn.clicks.reserve(drawn.clicks.size() + table.rows.size());
  drawn.cells.reserve(drawn.cells.size() + most_cells * table.rows.size());
  int top = 0;
  // Where there is little room, rows are worth more than what stands above them.
  if (height >= frame_rows + 1) {
    canvas.put(0, 0, text::draw_rule("═", {}, whole), frame_style);
    draw_heading(table, 1);
    draw_titles(table, 2);
    canvas.put(3, 0, text::draw_rule("═", whole, whole), frame_style);
    top = 4;
  } else if (height >= 3) {
    draw_titles(table, 0);
    top = 1;
  }
  draw_lines(table, lines, top);
}

}  // namespace gander::tui
