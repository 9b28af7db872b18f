// SPDX-License-Identifier: Apache-2.0
// A snapshot as a table of workloads: the columns somebody chose, the cells, and how wide each
// column is drawn. What both the printed page and a screen show; knows neither.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gander/snapshot.hpp"
#include "text/workload_columns.hpp"
#include "text/workload_rows.hpp"

namespace gander::text {

struct WorkloadTableOptions {
  WorkloadChoice choice;
  CellOptions cells;
  std::vector<ColumnId> show;  ///< Beside those that the view shows anyway.
  std::vector<ColumnId> hide;  ///< Wins over all others.
  bool shows_all = false;
  bool shows_similar = false;  ///< Repeats what stands in the row above.
  bool has_header = true;
};

/// Which lines are drawn between rows.
struct TableLines {
  bool around = true;    ///< Below the header, and below the table.
  bool between = false;  ///< Between groups.
  friend bool operator==(const TableLines&, const TableLines&) = default;
};
/// Lines between groups of processes, none between devices.
TableLines usual_lines(WorkloadView view);

/// The columns that these options may show: those that show only where they have a text included.
std::vector<ColumnId> choose_columns(const WorkloadTableOptions& options);

struct TableColumn {
  const WorkloadColumn* column = nullptr;
  int block = 0;              ///< Between blocks stands a vertical.
  int width = 0;              ///< Columns of the terminal.
  bool is_asked_for = false;  ///< By name, or with all: it is never left out for want of room.
};

using TableRow = std::vector<WorkloadCell>;  ///< A cell for each column.

struct TableGroup {
  WorkloadGroupKind kind{};
  std::vector<TableRow> rows;
  std::vector<WorkloadRow> subjects;  ///< What each row is about; points into the snapshot.
};

struct WorkloadTable {
  std::vector<TableColumn> columns;
  std::vector<TableGroup> groups;
  std::vector<const WorkloadColumn*> left_out;  ///< For want of room, in the order of leaving.
};

/// Each column as wide as it needs.
WorkloadTable make_workload_table(const Snapshot& snapshot, const WorkloadTableOptions& options);

/// Columns between two neighbours: a blank, or a vertical between blanks.
int gap_between(const TableColumn& left, const TableColumn& right);
/// Columns that a row takes.
int width_of(const WorkloadTable& table);

/// Makes rows at most `width` columns wide: texts shrink, then columns nobody asked for are left
/// out, the least important first. Where even that does not do, rows stay wider.
void fit(WorkloadTable& table, int width);

/// Words as wide as their column: texts that may shrink stand at its left, what is compared at its
/// right. Behind the last column nothing is filled.
std::string align(const WorkloadTable& table, std::size_t place, std::string_view words);

/// What the line below a table counts, of the whole snapshot.
struct WorkloadCounts {
  std::size_t kernels = 0;
  std::size_t used_devices = 0;      ///< With at least one process that computes, or may.
  std::size_t doubtful_devices = 0;  ///< Not among them, but not all who use them may be known.
  std::size_t devices = 0;           ///< Without those that are only cut into instances.
};
WorkloadCounts count_workloads(const Snapshot& snapshot);

}  // namespace gander::text
