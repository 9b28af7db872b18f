// SPDX-License-Identifier: Apache-2.0
// What stands in a cell of a table of workloads whose value is unknown. Never a bare dash: that is
// easily read as a zero.
#pragma once

#include <string_view>

#include "gander/known.hpp"
#include "text/units.hpp"

namespace gander::text {

/// At most seven columns: `N/A`, `no data`, `hidden`.
inline std::string_view missing_cell(Missing reason) {
  return reason == Missing::not_sampled ? "N/A" : write_missing(reason, 7);
}

}  // namespace gander::text
