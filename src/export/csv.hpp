// SPDX-License-Identifier: Apache-2.0
// A snapshot as rows of chosen columns: CSV for programs, an aligned table for people. Pure.
#pragma once

#include <string>

#include "export/columns.hpp"
#include "gander/snapshot.hpp"
#include "text/line.hpp"

namespace gander {

/// The line of names, ended by a newline.
std::string write_csv_header(const Columns& columns);

/// One line for each device, or each process on each device, ended by a newline. Numbers stand in
/// base units; what is unknown is an empty field. Fields are quoted after RFC 4180 where they
/// need it; control characters in foreign text are replaced, so that a row is always one line, and
/// where a spreadsheet would take one for a formula a `'` stands before it.
std::string write_csv_rows(const Snapshot& snapshot, RowKind kind, const Columns& columns);

/// The same rows below titles, numbers scaled and at the right. What is unknown has its reason in
/// short, with a legend below. A line is as long as its columns need.
std::string write_table(const Snapshot& snapshot, RowKind kind, const Columns& columns,
                        text::Rendering rendering);

}  // namespace gander
