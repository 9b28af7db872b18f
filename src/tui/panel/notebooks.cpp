// SPDX-License-Identifier: Apache-2.0
// The screen of notebooks: the views above the table, notes and keys below it.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/width.hpp"
#include "text/workload_notes.hpp"
#include "tui/panel/notebooks_table.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

using notebooks::draw_body;
using notebooks::draw_header;
using notebooks::draw_rule;
using notebooks::make_sheet;
using notebooks::margin;
using notebooks::Sheet;
using notebooks::style_of;
using text::WorkloadView;

std::string_view words_of(text::Verbosity verbosity) {
  switch (verbosity) {
    case text::Verbosity::holders:
      return "roots and holders";
    case text::Verbosity::members:
      return "all processes";
    case text::Verbosity::everything:
      break;
  }
  return "also without a GPU";
}

/// What of the view differs from the usual, in words.
std::string summary_of(const Sheet& sheet) {
  const auto& choice = sheet.shown.table.choice;
  std::string words;
  const auto add = [&](std::string_view word) {
    words += (words.empty() ? "" : ", ") + std::string{word};
  };
  const bool has_levels = choice.view == WorkloadView::notebooks;
  if (has_levels && choice.verbosity != text::Verbosity::holders) add(words_of(choice.verbosity));
  if (choice.sort != text::WorkloadSort::usual || choice.is_reversed) {
    add(fmt::format("by {}{}", row_of(choice.sort).words, choice.is_reversed ? ", reversed" : ""));
  }
  if (sheet.view.state.is_following) add("following");
  return words;
}

void draw_title(const Sheet& sheet) {
  constexpr int least_tabs = 26;
  const Canvas line = sheet.canvas.part({0, 0, 1, sheet.canvas.size().columns});
  const Canvas part = line.part({0, 0, 1, draw_clock(sheet.view, line, least_tabs)});
  int column = 1;
  for (std::size_t i = 0; i < workload_views.size(); ++i) {
    const bool is_shown = workload_views.at(i) == sheet.view.state.notebooks.shown();
    const auto title = title_of(workload_views.at(i));
    const Style style{
        .role = is_shown ? Role::accent : Role::muted, .bold = is_shown, .underline = is_shown};
    const int end = part.put(0, column, title, style);
    add_click(sheet.drawn, part.in_grid({0, column, 1, end - column}), Choice{static_cast<int>(i)});
    column = end + 2;
  }
  const int room = part.size().columns - column - 1;
  if (room < 8) return;
  part.put(0, column + 1, text::cut_right(summary_of(sheet), room - 1, ".."), {.role = Role::text});
}

void draw_notes(const Sheet& sheet, int row) {
  int column = margin;
  for (const auto& count : text::write_counts(sheet.view.snapshot)) {
    column = sheet.canvas.put(row, column, count.text, style_of(count)) + 3;
  }
  const int room = std::max(0, sheet.canvas.size().columns - margin);
  sheet.canvas.put_left(row + 1, {margin, room},
                        text::write_host_note(sheet.view.snapshot, sheet.shown.table.cells),
                        {.role = Role::cpu});
}

std::vector<PageHint> view_hints(const Sheet& sheet) {
  std::vector<PageHint> hints{{Action::next_view, "view"}};
  const bool has_levels = sheet.view.state.notebooks.shown() == WorkloadView::notebooks;
  if (has_levels) hints.push_back({Action::next_verbosity, "level"});
  for (const PageHint& hint :
       {PageHint{Action::toggle_bars, "bars"}, PageHint{Action::toggle_average, "mean"},
        PageHint{Action::toggle_group_lines, "lines"}, PageHint{Action::restore_views, "restore"},
        PageHint{Action::filter, "filter"}, PageHint{Action::toggle_legend, "keys"},
        PageHint{Action::quit, "quit"}, PageHint{Action::leave_notebooks, "back"},
        PageHint{Action::help, "help"}, PageHint{Action::toggle_all_columns, "all columns"},
        PageHint{Action::sort_next, "sort"}, PageHint{Action::toggle_footnote, "footnote"},
        PageHint{Action::toggle_frame_lines, "frame"}}) {
    hints.push_back(hint);
  }
  return hints;
}

const std::vector<PageHint>& column_hints() {
  static const std::vector<PageHint> hints{
      {Action::toggle_pid, "pid"},          {Action::toggle_ppid, "ppid"},
      {Action::toggle_cpu, "cpu"},          {Action::toggle_rss, "rss"},
      {Action::toggle_gpu, "gpu"},          {Action::toggle_gpu_memory, "memory"},
      {Action::toggle_utilization, "util"}, {Action::toggle_temperature, "temp"}};
  return hints;
}

/// With a row selected the keys that do something to it, else those of the view.
std::vector<PageHint> first_hints(const Sheet& sheet) {
  const auto& state = sheet.view.state;
  const bool is_chosen = state.selected || !state.tagged.empty();
  if (is_chosen) {
    std::vector<PageHint> hints;
    if (!state.is_read_only) {
      hints = {{Action::terminate, "terminate"},
               {Action::kill, "kill"},
               {Action::interrupt_or_quit, "interrupt"}};
    }
    for (const PageHint& hint :
         {PageHint{Action::show_process, "metrics"},
          PageHint{Action::show_environment, "environment"}, PageHint{Action::show_device, "GPU"},
          PageHint{Action::why, "why"}, PageHint{Action::leave_notebooks, "clear"}}) {
      hints.push_back(hint);
    }
    return hints;
  }
  if (sheet.shown.has_legend) return view_hints(sheet);
  return {{Action::next_view, "view"},
          {Action::toggle_legend, "keys"},
          {Action::help, "help"},
          {Action::leave_notebooks, "back"},
          {Action::quit, "quit"}};
}

void draw_hints(const Sheet& sheet, int row, int end) {
  const auto& state = sheet.view.state;
  const Canvas first = sheet.canvas.part({row, 0, 1, end});
  if (state.is_typing_filter) {
    draw_filter_line(state, first);
  } else if (!state.message.empty()) {
    first.put_left(0, {1, std::max(0, end - 1)}, state.message, {.role = Role::warning});
  } else if (!state.filter.is_empty()) {
    first.put_left(0, {1, std::max(0, end - 1)}, "Filter: " + state.filter_text,
                   {.role = Role::accent});
  } else {
    draw_hint_row(sheet.view, first, sheet.drawn, first_hints(sheet));
  }
  if (sheet.parts.hints > 1) {
    draw_hint_row(sheet.view, sheet.canvas.part({row + 1, 0, 1, end}), sheet.drawn, column_hints());
  }
}

}  // namespace

void draw_notebooks(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Sheet sheet = make_sheet(view, canvas, drawn);
  const auto& parts = sheet.parts;
  const int columns = canvas.size().columns;
  int row = 0;
  const auto next = [&](int rows) { return std::exchange(row, row + rows); };
  if (parts.title > 0) draw_title(sheet);
  next(parts.title);
  if (parts.header > 0) draw_header(sheet, row);
  next(parts.header);
  if (parts.upper_rule > 0) draw_rule(sheet, row, "─", {"─", "─╂─"});
  next(parts.upper_rule);
  drawn.page = draw_body(sheet, next(parts.body));
  const int below = next(parts.lower_rule);
  if (parts.lower_rule > 0) draw_rule(sheet, below, "─", {"─", "─┸─"});
  if (parts.gaps > 0) {
    canvas.put_left(row, {margin, columns - margin}, notebooks::write_gaps(sheet),
                    {.role = Role::warning});
  }
  next(parts.gaps);
  if (parts.left_out > 0) {
    canvas.put_left(row, {margin, columns - margin}, text::write_left_out(sheet.table),
                    {.role = Role::muted});
  }
  next(parts.left_out);
  if (parts.notes > 0) draw_notes(sheet, row);
  next(parts.notes);
  // Where there is no rule to stand on, the last row with keys says which rows are seen.
  const bool is_partial = drawn.page.count > drawn.page.rows && drawn.page.rows > 0;
  const int reserved = is_partial && parts.lower_rule == 0 ? position_width : 0;
  if (parts.hints > 0) {
    draw_hints(sheet, canvas.size().rows - parts.hints, std::max(0, columns - reserved));
  }
  const int last = parts.lower_rule > 0 ? below : canvas.size().rows - 1;
  if (parts.lower_rule + parts.hints > 0) draw_position(canvas, last, drawn.page);
}

}  // namespace gander::tui
