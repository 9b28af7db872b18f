// SPDX-License-Identifier: Apache-2.0
// Which columns there are for devices and for processes, and finding those a person names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gander/metric.hpp"
#include "gander/result.hpp"

namespace gander {

/// What a row of a table is: one device, or one process on one device.
enum class RowKind : std::uint8_t { devices, processes };

/// One column.
struct Column {
  std::string name;              ///< As in JSON.
  std::string title;             ///< For people: of a metric its own, else made from the name.
  std::optional<Metric> metric;  ///< If it holds a number: which.
  std::size_t place{};           ///< In the fields of a row.
};
using Columns = std::vector<Column>;

/// Every column rows of this kind can have.
const Columns& all_columns(RowKind kind);

/// The columns of a CSV nobody chose columns for: what identifies a row, then every metric.
Columns usual_columns(RowKind kind);

/// The columns named `names`, in that order. Fails with `usage`, and the name that was probably
/// meant, where one does not exist; where one is of other rows or of none, with whose it is.
Result<Columns> find_columns(RowKind kind, const std::vector<std::string>& names);

/// The metrics the columns show.
MetricSet metrics_of(const Columns& columns);

}  // namespace gander
