// SPDX-License-Identifier: Apache-2.0
// The columns that tables of workloads can have, each declared once: names, header, width, look and
// what stands in a cell; and which of them each view has, in which order. Knows no page.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/metric.hpp"
#include "gander/result.hpp"
#include "text/memory_unit.hpp"
#include "text/utilization_history.hpp"
#include "text/workload_rows.hpp"

namespace gander::text {

/// What a cell is about: whoever draws gives each a colour.
enum class CellRole : std::uint8_t {
  plain,
  name,
  process,
  host,
  device,
  memory,
  light,  ///< Utilization below the first threshold; so on.
  moderate,
  heavy,
  heat,
  power,
  alarm,  ///< A zombie, or what is outside or hidden.
  quiet,  ///< That there is nothing, or why a value is missing.
};

struct WorkloadCell {
  std::string text;  ///< Safe to print; empty where nothing is to be said.
  CellRole role{};
  bool is_strong = false;          ///< A value that stands out.
  std::optional<Missing> missing;  ///< Why there is no value; `text` has it in short.
  bool is_as_above = false;        ///< Left out: the row above says the same.
};

/// What cells are written with, besides the rows.
struct CellOptions {
  MemoryUnit host_unit{};
  MemoryUnit device_unit{};
  bool has_bars = false;  ///< Utilization also as bars.
  double moderate = 0.3;  ///< Utilization from which on it counts as such.
  double heavy = 0.7;
  std::size_t window = 20;  ///< Samples in the average utilization.
  const UtilizationHistory* history = nullptr;
  /// A moment in the time zone of the reader: `2026-11-21 18:57:26`.
  std::string (*write_time)(double unix_seconds) = nullptr;
};

/// All that a cell can be about.
struct CellFacts {
  const Snapshot& snapshot;
  const CellOptions& options;
  const WorkloadRow& row;
};

enum class ColumnId : std::uint8_t {
  process_name,
  type,
  pid,
  ppid,
  ngid,
  python_ppid,
  host_pid,
  inner_pid,
  kernel_id,
  status,
  user,
  state,
  connections,
  gpu_idle,
  container,
  job,
  unit,
  create_time,
  cpu,
  rss,
  short_id,
  device_id,
  device_pid,
  process_memory,
  device_memory,
  util,
  util_ma,
  temp,
  power,
  fan,
  path,
  source,
  cmdline,
};
inline constexpr std::size_t column_id_count = 33;

struct WorkloadColumn {
  ColumnId id;
  std::string_view name;
  std::string_view other_name;  ///< Also understood; empty: none.
  std::string_view header;
  int least_width;  ///< Also where header and cells are narrower.
  int shrinks_to;   ///< It may be cut to so many columns; 0: never.
  bool keeps_end;   ///< What is cut is its beginning.
  int patience;     ///< Where room is short, the column with the least goes first.
  WorkloadCell (*write)(const CellFacts&);
  std::array<Metric, 3> metrics;  ///< What has to be read for it; repeated if fewer.
};

/// Whether a view shows a column that nobody asked for; `if_any`: where any cell has a text.
enum class Shown : std::uint8_t { off, on, if_any };
enum class Similar : std::uint8_t { repeated, blanked };

/// The place of a column in a view.
struct PlacedColumn {
  ColumnId id;
  Shown shown;
  Similar similar;    ///< Whether a value equal to that of the row above is left out.
  bool starts_block;  ///< Whether a vertical stands before it.
};

const WorkloadColumn& column_of(ColumnId id);
/// The columns of a view, left to right.
const std::vector<PlacedColumn>& columns_of(WorkloadView view);

/// The columns called so, by any of their names in any letter case. Fails with `usage` and the
/// list of names where one is unknown or not of this view.
Result<std::vector<ColumnId>> find_columns(WorkloadView view,
                                           const std::vector<std::string>& names);

/// What has to be read for these columns.
MetricSet metrics_of(const std::vector<ColumnId>& columns);

/// `42s`, `9m`, `9h`, `3d`.
std::string write_age(double seconds);
/// What the kernel of a workload does, in short: `idle 9h`, `busy`, `orphan`; empty without one.
WorkloadCell write_kernel_state(const CellFacts& facts);

}  // namespace gander::text
