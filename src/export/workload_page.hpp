// SPDX-License-Identifier: Apache-2.0
// A table of workloads or devices as a page for people. Pure: what it shows is in the snapshot and
// in the options.
#pragma once

#include <cstdint>
#include <string>

#include "gander/snapshot.hpp"
#include "text/line.hpp"
#include "text/workload_table.hpp"

namespace gander {

/// Which lines are drawn: `usual` is below the header, below the table, and between groups of
/// processes; `all` also between devices.
enum class Separators : std::uint8_t { usual, all, none };

struct WorkloadPageOptions {
  text::WorkloadTableOptions table;
  text::Rendering rendering;
  int width = 0;  ///< No line is wider, from 79 on; 0: each is as wide as it needs.
  Separators separators{};
  bool has_footnote = false;
};

/// The table with its notes, each line ended by a newline.
std::string write_workload_page(const Snapshot& snapshot, const WorkloadPageOptions& options);

}  // namespace gander
