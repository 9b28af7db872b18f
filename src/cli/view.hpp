// SPDX-License-Identifier: Apache-2.0
// The forms of `gander status`: which is wanted, what it needs to know, and its text.
#pragma once

#include <string>

#include "cli/arguments.hpp"
#include "gander/select.hpp"
#include "gander/snapshot.hpp"
#include "gander/source.hpp"

namespace gander::cli {

/// What the form asked for shows, and so what is to be read; with the interval of --watch.
Demand find_demand(const StatusArguments& arguments);

/// Seconds between the two looks of a form that needs two, or was asked to take them; 0: one will
/// do.
double find_window(const StatusArguments& arguments);

/// Name of the user who runs us, or the number where there is none.
std::string viewer_name();

/// What stands once above all looks: the names of the columns of CSV, else nothing.
std::string write_view_head(const StatusArguments& arguments);

/// One look in the form asked for.
std::string write_view(const StatusArguments& arguments, const Snapshot& snapshot,
                       const Selection& selection);

}  // namespace gander::cli
