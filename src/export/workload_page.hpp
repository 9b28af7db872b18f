// SPDX-License-Identifier: Apache-2.0
// A table of workloads or devices as a page for people. Pure: what it shows is in the snapshot and
// in the options.
#pragma once

#include <optional>
#include <string>

#include "gander/snapshot.hpp"
#include "text/line.hpp"
#include "text/workload_table.hpp"

namespace gander {

struct WorkloadPageOptions {
  text::WorkloadTableOptions table;
  text::Rendering rendering;
  int width = 0;  ///< No line is wider, from 79 on; 0: each is as wide as it needs.
  std::optional<text::TableLines> lines;  ///< Absent: as is usual for the view.
  bool has_footnote = false;
  bool has_users = false;  ///< A line for each user: what they hold, and how long unused.
};

/// The table with its notes, each line ended by a newline.
std::string write_workload_page(const Snapshot& snapshot, const WorkloadPageOptions& options);

}  // namespace gander
