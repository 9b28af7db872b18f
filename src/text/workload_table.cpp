// SPDX-License-Identifier: Apache-2.0
// Choice of columns, cells of rows, and widths.
#include "text/workload_table.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "text/process_gaps.hpp"
#include "text/width.hpp"

namespace gander::text {
namespace {

/// Wider texts are cut anyway: no terminal shows more.
constexpr int widest_cell = 4096;
/// Columns from this patience on are what the table is about.
constexpr int endless_patience = 90;

bool contains(const std::vector<ColumnId>& ids, ColumnId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool is_asked_for(const WorkloadTableOptions& options, ColumnId id) {
  return options.shows_all || contains(options.show, id);
}

bool may_show(const WorkloadTableOptions& options, const PlacedColumn& placed) {
  if (contains(options.hide, placed.id)) return false;
  return placed.shown != Shown::off || is_asked_for(options, placed.id);
}

/// The columns with the numbers of their blocks, and how each treats repeated values.
struct Plan {
  std::vector<TableColumn> columns;
  std::vector<PlacedColumn> placed;
};

Plan make_plan(const WorkloadTableOptions& options) {
  Plan plan;
  int block = 0;
  for (const auto& placed : columns_of(options.choice.view)) {
    if (placed.starts_block) ++block;
    if (!may_show(options, placed)) continue;
    plan.columns.push_back({&column_of(placed.id), block, 0, is_asked_for(options, placed.id)});
    plan.placed.push_back(placed);
  }
  return plan;
}

TableRow write_row(const Plan& plan, const CellFacts& facts) {
  TableRow row;
  row.reserve(plan.columns.size());
  for (const auto& column : plan.columns) row.push_back(column.column->write(facts));
  return row;
}

/// Blanks what stands in the row above already. Goes upwards, so that each is compared with what
/// was written.
void blank_similar(const Plan& plan, std::vector<TableRow>& rows) {
  for (std::size_t i = rows.size(); i-- > 1;) {
    for (std::size_t k = 0; k < plan.placed.size(); ++k) {
      if (plan.placed[k].similar == Similar::repeated) continue;
      if (rows[i][k].text != rows[i - 1][k].text) continue;
      rows[i][k] = {{}, {}, false, {}, !rows[i][k].text.empty()};
    }
  }
}

bool is_empty(const WorkloadTable& table, std::size_t column) {
  return std::all_of(table.groups.begin(), table.groups.end(), [&](const TableGroup& group) {
    return std::all_of(group.rows.begin(), group.rows.end(),
                       [&](const TableRow& row) { return row[column].text.empty(); });
  });
}

void erase_column(WorkloadTable& table, std::size_t column) {
  const auto place = static_cast<std::ptrdiff_t>(column);
  table.columns.erase(table.columns.begin() + place);
  for (auto& group : table.groups) {
    for (auto& row : group.rows) row.erase(row.begin() + place);
  }
}

void measure(WorkloadTable& table, bool has_header) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    auto& [column, block, width, is_asked_for] = table.columns[i];
    width = std::max(column->least_width, has_header ? display_width(column->header) : 0);
    for (const auto& group : table.groups) {
      for (const auto& row : group.rows) {
        width = std::max(width, std::min(display_width(row[i].text), widest_cell));
      }
    }
  }
}

/// How much narrower the column can get.
int slack_of(const TableColumn& column) {
  const int least = column.column->shrinks_to;
  return least == 0 ? 0 : std::max(column.width - least, 0);
}

void shrink(WorkloadTable& table, int excess) {
  while (excess-- > 0) {
    auto widest = table.columns.end();
    for (auto column = table.columns.begin(); column != table.columns.end(); ++column) {
      if (slack_of(*column) == 0) continue;
      if (widest == table.columns.end() || column->width > widest->width) widest = column;
    }
    if (widest == table.columns.end()) return;
    --widest->width;
  }
}

/// Leaves the least important column out; false where all have to stay.
bool leave_out_one(WorkloadTable& table) {
  auto& columns = table.columns;
  auto least = columns.end();
  for (auto column = columns.begin(); column != columns.end(); ++column) {
    if (column->is_asked_for || column->column->patience >= endless_patience) continue;
    if (least == columns.end() || column->column->patience < least->column->patience) {
      least = column;
    }
  }
  if (least == columns.end()) return false;
  table.left_out.push_back(least->column);
  erase_column(table, static_cast<std::size_t>(least - columns.begin()));
  return true;
}

}  // namespace

TableLines usual_lines(WorkloadView view) { return {true, view == WorkloadView::notebooks}; }

std::vector<ColumnId> choose_columns(const WorkloadTableOptions& options) {
  std::vector<ColumnId> ids;
  for (const auto& placed : columns_of(options.choice.view)) {
    if (may_show(options, placed)) ids.push_back(placed.id);
  }
  return ids;
}

WorkloadTable make_workload_table(const Snapshot& snapshot, const WorkloadTableOptions& options) {
  auto plan = make_plan(options);
  WorkloadTable table;
  for (auto& group : group_workloads(snapshot, options.choice)) {
    auto& rows = table.groups.emplace_back(TableGroup{group.kind, {}, {}}).rows;
    for (const auto& row : group.rows) {
      rows.push_back(write_row(plan, {snapshot, options.cells, row}));
    }
    if (!options.shows_similar) blank_similar(plan, rows);
    table.groups.back().subjects = std::move(group.rows);
  }
  table.columns = std::move(plan.columns);
  for (std::size_t i = table.columns.size(); i-- > 0;) {
    const auto shown = plan.placed[i].shown;
    const bool is_usual = shown == Shown::if_any && !table.columns[i].is_asked_for;
    if (is_usual && is_empty(table, i)) erase_column(table, i);
  }
  measure(table, options.has_header);
  return table;
}

int gap_between(const TableColumn& left, const TableColumn& right) {
  return left.block == right.block ? 1 : 3;
}

int width_of(const WorkloadTable& table) {
  int width = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    width += table.columns[i].width;
    if (i > 0) width += gap_between(table.columns[i - 1], table.columns[i]);
  }
  return width;
}

void fit(WorkloadTable& table, int width) {
  const auto slack = [&] {
    return std::accumulate(
        table.columns.begin(), table.columns.end(), 0,
        [](int sum, const TableColumn& column) { return sum + slack_of(column); });
  };
  while (width_of(table) - slack() > width) {
    if (!leave_out_one(table)) break;
  }
  shrink(table, width_of(table) - width);
}

std::string align(const WorkloadTable& table, std::size_t place, std::string_view words) {
  constexpr std::string_view ellipsis = "…";
  const auto& [column, block, width, is_asked_for] = table.columns[place];
  if (column->shrinks_to == 0) return pad_left(words, width, ellipsis);
  const auto cut =
      column->keeps_end ? cut_left(words, width, ellipsis) : cut_right(words, width, ellipsis);
  const bool is_last = place + 1 == table.columns.size();
  return is_last ? cut : pad_right(cut, width, "");
}

WorkloadCounts count_workloads(const Snapshot& snapshot) {
  WorkloadCounts counts;
  counts.kernels = static_cast<std::size_t>(
      std::count_if(snapshot.workloads.begin(), snapshot.workloads.end(),
                    [](const Workload& workload) { return workload.kernel.has_value(); }));
  std::set<std::string_view> used;
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      if (use.type != Known{ContextType::graphics}) used.insert(use.device);
    }
  }
  std::set<std::string_view> parents;
  for (const auto& device : snapshot.devices) {
    if (device.parent) parents.insert(*device.parent);
  }
  for (const auto& device : snapshot.devices) {
    const std::string_view uuid =
        device.uuid.is_known() ? std::string_view{device.uuid.value()} : std::string_view{};
    const bool is_used = !uuid.empty() && used.contains(uuid);
    if (parents.contains(uuid) && !is_used) continue;
    ++counts.devices;
    counts.used_devices += is_used ? 1 : 0;
    counts.doubtful_devices += is_used || lists_all(device) ? 0 : 1;
  }
  return counts;
}

}  // namespace gander::text
