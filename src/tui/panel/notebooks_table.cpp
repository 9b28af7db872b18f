// SPDX-License-Identifier: Apache-2.0
// Rows and columns on the screen of notebooks.
#include "tui/panel/notebooks_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/process_gaps.hpp"
#include "text/width.hpp"
#include "tui/panel/screens.hpp"
#include "tui/view/absence.hpp"
#include "tui/widget/scroll.hpp"

namespace gander::tui::notebooks {
namespace {

using text::CellRole;
using text::WorkloadTable;
using text::WorkloadView;

constexpr Style frame_style{.role = Role::frame};
/// Rows that the table keeps before anything around it goes.
constexpr int wanted_rows = 3;

Role role_of(CellRole role) {
  switch (role) {
    case CellRole::plain:
    case CellRole::name:
    case CellRole::process:
    case CellRole::heat:
    case CellRole::power:
      return Role::text;
    case CellRole::host:
      return Role::cpu;
    case CellRole::device:
      return Role::accent;
    case CellRole::memory:
      return Role::memory;
    case CellRole::light:
      return Role::light;
    case CellRole::moderate:
      return Role::moderate;
    case CellRole::heavy:
      return Role::heavy;
    case CellRole::alarm:
      return Role::error;
    case CellRole::quiet:
      return Role::muted;
  }
  return Role::text;
}

/// Whose rows are not the user's are dim, as on the main screen.
bool is_of_another(const ViewState& state, const Process* process) {
  return process != nullptr && state.viewer_uid != 0 && process->uid != Known{state.viewer_uid};
}

std::vector<Line> lines_of(const WorkloadTable& table, const text::TableLines& rules) {
  std::vector<Line> lines;
  for (std::size_t group = 0; group < table.groups.size(); ++group) {
    if (group > 0 && rules.between) lines.push_back({group, 0, true});
    for (std::size_t row = 0; row < table.groups[group].rows.size(); ++row) {
      lines.push_back({group, row, false});
    }
  }
  return lines;
}

void give_up(int& part, Parts& parts, int rows, int kept) {
  if (parts.around() + kept > rows) part = 0;
}

/// What fits around the table: first the keys go, then notes, rules and titles.
Parts divide(const Sheet& sheet) {
  const auto& [table, lines, has_footnote, has_legend] = sheet.shown;
  const int rows = sheet.canvas.size().rows;
  Parts parts;
  parts.header = table.has_header ? 1 : 0;
  parts.upper_rule = table.has_header && lines.around ? 1 : 0;
  parts.lower_rule = lines.around ? 1 : 0;
  parts.gaps = write_gaps(sheet).empty() ? 0 : 1;
  parts.left_out = sheet.table.left_out.empty() ? 0 : 1;
  parts.notes = has_footnote ? 2 : 0;
  parts.hints = has_legend ? 2 : 1;
  if (parts.around() + wanted_rows > rows) parts.hints = 1;
  for (int* part : {&parts.left_out, &parts.notes, &parts.upper_rule, &parts.lower_rule}) {
    give_up(*part, parts, rows, wanted_rows);
  }
  for (int* part : {&parts.title, &parts.hints, &parts.header, &parts.gaps})
    give_up(*part, parts, rows, 1);
  // What is below the table follows it; only the keys stand at the foot of the terminal.
  const int needed = std::max(wanted_rows, static_cast<int>(sheet.lines.size()));
  parts.body = std::clamp(rows - parts.around(), 0, needed);
  return parts;
}

/// Writes at a column of the table, where that is in sight now.
void put(const Sheet& sheet, int row, int column, std::string_view words, const Style& style) {
  const int width = sheet.canvas.size().columns;
  if (column < sheet.frozen) {
    sheet.canvas.part({row, margin, 1, sheet.frozen}).put(0, column, words, style);
    return;
  }
  const int first = margin + sheet.frozen;
  sheet.canvas.part({row, first, 1, width - first})
      .put(0, column - sheet.frozen - sheet.shift, words, style);
}

/// The cells of the terminal that a column takes in a row; empty where it is out of sight.
Area area_of(const Sheet& sheet, int row, std::size_t place) {
  const int start = sheet.starts[place];
  const int width = sheet.table.columns[place].width;
  if (start < sheet.frozen) return sheet.canvas.in_grid({row, margin + start, 1, width});
  const int first = margin + sheet.frozen;
  const Canvas moving = sheet.canvas.part({row, first, 1, sheet.canvas.size().columns - first});
  return moving.in_grid({0, start - sheet.frozen - sheet.shift, 1, width});
}

void put_gaps(const Sheet& sheet, int row, const Gaps& gaps) {
  const auto& columns = sheet.table.columns;
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const bool is_block = columns[i - 1].block != columns[i].block;
    const int start = sheet.starts[i - 1] + columns[i - 1].width;
    put(sheet, row, start, is_block ? gaps.block : gaps.inner, frame_style);
  }
}

std::string_view arrow_of(const text::WorkloadChoice& choice) {
  return is_descending(choice.sort) != choice.is_reversed ? "▼" : "▲";
}

/// The mark at the left of a row: tagged, or the selected process on another device.
std::string_view mark_of(const ViewState& state, const text::WorkloadRow& row) {
  if (row.process == nullptr) return "";
  const RowKey key = key_of(row);
  if (state.selected && state.selected->process == key.process && *state.selected != key) {
    return "=";
  }
  return state.tagged.contains(key.process) ? "*" : "";
}

/// At the right of a row that goes on there.
void mark_cut(const Sheet& sheet, int row) {
  const int width = sheet.canvas.size().columns;
  if (sheet.is_cut) sheet.canvas.put(row, width - 1, "…", {.role = Role::muted});
}

/// What a cell left out because a row above says it.
std::string_view text_above(const text::TableGroup& group, std::size_t row, std::size_t column) {
  while (row > 0 && group.rows[row][column].is_as_above) --row;
  return group.rows[row][column].text;
}

void note_cells(const Sheet& sheet, int at, const text::WorkloadRow& row) {
  for (std::size_t i = 0; i < sheet.table.columns.size(); ++i) {
    auto metric = metric_of(sheet.table.columns[i].column->id);
    if (!metric) continue;
    if (metric == Metric::gpu_memory && row.use == nullptr) metric = Metric::memory_used;
    const Scope scope = row_of(*metric).scope;
    const bool is_of_process = scope == Scope::process || scope == Scope::use;
    if (is_of_process ? row.process == nullptr : row.device == nullptr) continue;
    Provenance cell{area_of(sheet, at, i), *metric, {}, {}};
    if (row.device != nullptr) cell.device = row.device->index;
    if (is_of_process) cell.process = row.process->pid;
    add_cell(sheet.drawn, cell);
  }
}

void draw_row(const Sheet& sheet, int at, const Line& line) {
  const auto& group = sheet.table.groups[line.group];
  const auto& subject = group.subjects[line.row];
  const auto& state = sheet.view.state;
  const int width = sheet.canvas.size().columns;
  const RowKey key = key_of(subject);
  const bool is_tagged = subject.process != nullptr && state.tagged.contains(key.process);
  const bool is_dim = is_of_another(state, subject.process);
  put_gaps(sheet, at, {" ", " ┃ "});
  for (std::size_t i = 0; i < sheet.table.columns.size(); ++i) {
    const auto& cell = group.rows[line.row][i];
    Style style = style_of(cell);
    if (is_dim && style.role == Role::text) style = {.role = Role::muted};
    if (is_tagged && (style.role == Role::text || style.role == Role::muted)) {
      style.role = Role::tagged;
    }
    put(sheet, at, sheet.starts[i], text::align(sheet.table, i, cell.text), style);
  }
  mark_cut(sheet, at);
  if (state.selected && *state.selected == key) {
    sheet.canvas.change({at, 0, 1, width}, [](Style& style) {
      style.selected = true;
      style.bold = true;
    });
  }
  sheet.canvas.put(at, 0, mark_of(state, subject), {.role = Role::accent, .bold = true});
  add_click(sheet.drawn, sheet.canvas.in_grid({at, 0, 1, width}), key);
  note_cells(sheet, at, subject);
}

/// The first row in sight says again what rows above it said for it: who it is, and whose.
void draw_as_above(const Sheet& sheet, int at, const Line& line) {
  if (line.is_rule) return;
  const auto& group = sheet.table.groups[line.group];
  for (std::size_t i = 0; i < sheet.table.columns.size(); ++i) {
    if (!group.rows[line.row][i].is_as_above) continue;
    put(sheet, at, sheet.starts[i], text::align(sheet.table, i, text_above(group, line.row, i)),
        {.role = Role::muted});
  }
}

/// The first line in sight: what the user scrolled to, but not without the selected row unless the
/// user scrolled away from it.
int first_line(const Sheet& sheet) {
  const auto& state = sheet.view.state;
  const auto& lines = sheet.lines;
  const int all = static_cast<int>(lines.size());
  const int first = first_shown(state.page_scroll, all, sheet.parts.body);
  if (!state.selected || !(state.keeps_selection_in_sight || state.is_following)) return first;
  const auto found = std::ranges::find_if(lines, [&](const Line& line) {
    const auto& subjects = sheet.table.groups[line.group].subjects;
    return !line.is_rule && key_of(subjects[line.row]) == *state.selected;
  });
  if (found == lines.end()) return first;
  const int place = static_cast<int>(found - lines.begin());
  return std::clamp(first, std::max(0, place - sheet.parts.body + 1), place);
}

/// Why there is no row, and what would show one.
std::string absence_of_rows(const Sheet& sheet) {
  const auto& state = sheet.view.state;
  const auto& choice = sheet.shown.table.choice;
  const bool is_narrowed = !state.filter.is_empty() || choice.filter.pattern ||
                           !choice.filter.types.empty() || !state.selection.is_everything();
  if (is_narrowed) return "Nothing passes the conditions.";
  const auto key = first_key(state, Action::next_verbosity);
  const bool shows_all = choice.verbosity == text::Verbosity::everything;
  if (shows_all || key.empty()) return absence_of_processes(sheet.view.snapshot);
  return fmt::format("{} {} also shows what is on no GPU.",
                     absence_of_processes(sheet.view.snapshot), key);
}

void draw_absence(const Sheet& sheet, const Canvas& body) {
  const Canvas part = body.part({0, 1, body.size().rows, body.size().columns - 2});
  const bool shows_devices = sheet.view.state.notebooks.shown() != WorkloadView::notebooks;
  if (shows_devices || sheet.view.snapshot.devices.empty()) {
    put_absence(sheet.view, part, 0);
  } else {
    put_wrapped(part, 0, absence_of_rows(sheet), {.role = Role::muted});
  }
}

/// Columns scroll whole: half a number would be another number. The last step is the one from which
/// on nothing is left at the right.
void scroll_sideways(Sheet& sheet, int room) {
  const int excess = sheet.width - room;
  std::vector<int> shifts{0};
  for (const int start : sheet.starts) {
    if (start > sheet.frozen && shifts.back() < excess) shifts.push_back(start - sheet.frozen);
  }
  const int last = static_cast<int>(shifts.size()) - 1;
  sheet.drawn.last_column = last;
  const int step = std::clamp(sheet.view.state.page_column, 0, last);
  sheet.shift = shifts[static_cast<std::size_t>(step)];
  sheet.is_cut = sheet.width - sheet.shift > room;
}

}  // namespace

Style style_of(const text::WorkloadCell& cell) {
  const bool is_bold = cell.is_strong || cell.role == CellRole::name;
  return {.role = role_of(cell.role), .bold = is_bold};
}

std::string write_gaps(const Sheet& sheet) {
  if (sheet.view.state.notebooks.shown() == text::WorkloadView::plain) return {};
  const auto& snapshot = sheet.view.snapshot;
  auto unknown = text::write_process_gaps(snapshot);
  const auto partial = text::write_partial_lists(snapshot);
  if (unknown.empty()) return partial;
  return partial.empty() ? unknown : unknown + " " + partial;
}

Sheet make_sheet(const View& view, const Canvas& canvas, Drawn& drawn) {
  const auto& shown = view.state.notebooks.now();
  auto options = shown.table;
  options.choice = notebook_choice(view.snapshot, view.state);
  options.cells.history = &view.history.utilization();
  Sheet sheet{view, canvas, drawn, shown, text::make_workload_table(view.snapshot, options)};
  const int room = std::max(0, canvas.size().columns - margin);
  text::fit(sheet.table, room);
  sheet.lines = lines_of(sheet.table, shown.lines);
  sheet.parts = divide(sheet);
  for (const auto* column : sheet.table.left_out) drawn.left_out.push_back(column->id);
  int start = 0;
  const auto& columns = sheet.table.columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) start += text::gap_between(columns[i - 1], columns[i]);
    sheet.starts.push_back(start);
    start += columns[i].width;
  }
  sheet.width = start;
  if (sheet.width > room && columns.size() > 1 && sheet.starts[1] <= room / 2) {
    sheet.frozen = sheet.starts[1];
  }
  scroll_sideways(sheet, room);
  return sheet;
}

void draw_rule(const Sheet& sheet, int row, const std::string& fill, const Gaps& gaps) {
  for (std::size_t i = 0; i < sheet.table.columns.size(); ++i) {
    put(sheet, row, sheet.starts[i], text::repeat(fill, sheet.table.columns[i].width), frame_style);
  }
  put_gaps(sheet, row, gaps);
}

void draw_header(const Sheet& sheet, int row) {
  put_gaps(sheet, row, {" ", " ┃ "});
  const auto& choice = sheet.shown.table.choice;
  for (std::size_t i = 0; i < sheet.table.columns.size(); ++i) {
    const auto& column = *sheet.table.columns[i].column;
    const auto* sort = find_sort(column.id);
    const bool is_sorted = sort != nullptr && sort->sort == choice.sort;
    const Role role = is_sorted ? Role::accent : Role::title;
    const Style style{.role = role, .bold = true, .underline = is_sorted};
    put(sheet, row, sheet.starts[i], text::align(sheet.table, i, column.header), style);
    if (sort == nullptr) continue;
    add_click(sheet.drawn, area_of(sheet, row, i), sort->action);
    if (!is_sorted) continue;
    const int behind =
        column.shrinks_to > 0 ? text::display_width(column.header) : sheet.table.columns[i].width;
    put(sheet, row, sheet.starts[i] + behind, arrow_of(choice), {.role = role, .bold = true});
  }
  mark_cut(sheet, row);
}

Window draw_body(const Sheet& sheet, int top) {
  const auto& lines = sheet.lines;
  const int rows = sheet.parts.body;
  const Window window{first_line(sheet), rows, static_cast<int>(lines.size())};
  for (int i = 0; i < rows && window.first + i < window.count; ++i) {
    const Line& line = lines[place_in(window, i)];
    if (line.is_rule) {
      draw_rule(sheet, top + i, "╌", {"╌", "╌┃╌"});
    } else {
      draw_row(sheet, top + i, line);
    }
    if (i == 0) draw_as_above(sheet, top, line);
  }
  if (lines.empty()) {
    draw_absence(sheet, sheet.canvas.part({top, 0, rows, sheet.canvas.size().columns}));
  }
  return window;
}

}  // namespace gander::tui::notebooks
