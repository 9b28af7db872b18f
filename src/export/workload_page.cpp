// SPDX-License-Identifier: Apache-2.0
// Draws the table of workloads: verticals between blocks of columns, lines between groups, notes.
#include "export/workload_page.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "export/legend.hpp"
#include "text/process_gaps.hpp"
#include "text/user_holdings.hpp"
#include "text/width.hpp"
#include "text/workload_notes.hpp"

namespace gander {
namespace {

using text::align;
using text::CellRole;
using text::Color;
using text::Line;
using text::Style;
using text::Weight;
using Lines = std::vector<Line>;

constexpr std::string_view ellipsis = "…";

/// What a page is drawn from.
struct Page {
  const Snapshot& snapshot;
  const WorkloadPageOptions& options;
  const text::WorkloadTable& table;
  text::TableLines lines;
};

Color color_of(CellRole role) {
  switch (role) {
    case CellRole::plain:
    case CellRole::name:
    case CellRole::quiet:
      return Color::plain;
    case CellRole::process:
    case CellRole::power:
      return Color::magenta;
    case CellRole::host:
      return Color::cyan;
    case CellRole::device:
      return Color::blue;
    case CellRole::memory:
    case CellRole::moderate:
      return Color::yellow;
    case CellRole::light:
      return Color::green;
    case CellRole::heavy:
    case CellRole::heat:
    case CellRole::alarm:
      return Color::red;
  }
  return Color::plain;
}

Style style_of(const text::WorkloadCell& cell) {
  if (cell.role == CellRole::quiet) return {Color::plain, Weight::dim};
  const bool is_bold = cell.is_strong || cell.role == CellRole::name;
  return {color_of(cell.role), is_bold ? Weight::bold : Weight::normal};
}

template <class AddCell>
Line draw_line(const Page& page, std::string_view inner_gap, std::string_view block_gap,
               AddCell add_cell) {
  Line line;
  const auto& columns = page.table.columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool is_block = i > 0 && columns[i - 1].block != columns[i].block;
    if (i > 0) line.add(is_block ? block_gap : inner_gap);
    add_cell(line, i);
  }
  return line;
}

/// A line of `fill`, with `cross` where verticals are.
Line draw_rule(const Page& page, const std::string& fill, const std::string& cross) {
  return draw_line(page, fill, fill + cross + fill, [&](Line& line, std::size_t i) {
    line.add(text::repeat(fill, page.table.columns[i].width));
  });
}

Line draw_header(const Page& page) {
  return draw_line(page, " ", " ┃ ", [&](Line& line, std::size_t i) {
    line.add(align(page.table, i, page.table.columns[i].column->header),
             {Color::plain, Weight::bold});
  });
}

Line draw_row(const Page& page, const text::TableRow& row) {
  return draw_line(page, " ", " ┃ ", [&](Line& line, std::size_t i) {
    line.add(align(page.table, i, row[i].text), style_of(row[i]));
  });
}

void draw_groups(const Page& page, Lines& lines) {
  bool is_first = true;
  for (const auto& group : page.table.groups) {
    if (!is_first && page.lines.between) lines.push_back(draw_rule(page, "╌", "┃"));
    is_first = false;
    for (const auto& row : group.rows) lines.push_back(draw_row(page, row));
  }
  if (!page.table.groups.empty()) return;
  const int whole = text::width_of(page.table);
  const int width = page.options.width > 0 ? std::min(whole, page.options.width) : whole;
  lines.push_back(Line{}.add(text::centre("no entries", width), {Color::plain, Weight::dim}));
}

void draw_footnote(const Page& page, Lines& lines) {
  Line counts;
  for (const auto& count : text::write_counts(page.snapshot)) {
    if (counts.width() > 0) counts.add("   ");
    counts.add(count.text, style_of(count));
  }
  lines.push_back(std::move(counts));
  const auto host = text::write_host_note(page.snapshot, page.options.table.cells);
  lines.push_back(Line{}.add(host, {Color::cyan, {}}));
}

void draw_users(const Page& page, Lines& lines) {
  const auto groups = text::group_workloads(page.snapshot, page.options.table.choice);
  for (const auto& holding : text::sum_by_user(groups)) {
    lines.push_back(Line{}.add(text::write_holding(holding)));
  }
}

/// Whose workloads are not in the table, because nobody could be asked.
void draw_gaps(const Page& page, Lines& lines) {
  if (page.options.table.choice.view == text::WorkloadView::plain) return;
  const auto words = text::write_process_gaps(page.snapshot);
  if (!words.empty()) lines.push_back(Line{}.add(words, {Color::yellow, {}}));
  const auto partial = text::write_partial_lists(page.snapshot);
  if (!partial.empty()) lines.push_back(Line{}.add(partial, {Color::yellow, {}}));
}

void draw_left_out(const Page& page, Lines& lines) {
  const auto words = text::write_left_out(page.table);
  if (words.empty()) return;
  lines.push_back(Line{}.add(words + " (--show NAME keeps one)", {Color::plain, Weight::dim}));
}

/// `N/A` and `no data` need no words, unless somebody wants all that can be said.
void draw_legend(const Page& page, Lines& lines) {
  Legend legend;
  for (const auto& group : page.table.groups) {
    for (const auto& row : group.rows) {
      for (const auto& cell : row) {
        if (!cell.missing || *cell.missing == Missing::not_sampled) continue;
        const bool is_plain =
            *cell.missing == Missing::not_supported || *cell.missing == Missing::no_data;
        if (!is_plain || page.options.has_footnote) legend.add(*cell.missing);
      }
    }
  }
  legend.append_to(lines);
}

}  // namespace

std::string write_workload_page(const Snapshot& snapshot, const WorkloadPageOptions& options) {
  auto table = text::make_workload_table(snapshot, options.table);
  if (options.width > 0) text::fit(table, options.width);
  const Page page{snapshot, options, table,
                  options.lines.value_or(text::usual_lines(options.table.choice.view))};
  const bool has_rules = page.lines.around && !table.columns.empty();
  Lines lines;
  if (options.table.has_header) lines.push_back(draw_header(page));
  if (has_rules && options.table.has_header) lines.push_back(draw_rule(page, "─", "╂"));
  draw_groups(page, lines);
  if (has_rules) lines.push_back(draw_rule(page, "─", "┸"));
  draw_gaps(page, lines);
  draw_left_out(page, lines);
  draw_legend(page, lines);
  if (options.has_users) draw_users(page, lines);
  if (options.has_footnote) draw_footnote(page, lines);
  if (options.width > 0) {
    for (auto& line : lines) line = line.cut(options.width, ellipsis);
  }
  return text::write(lines, options.rendering);
}

}  // namespace gander
