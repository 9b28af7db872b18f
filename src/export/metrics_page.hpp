// SPDX-License-Identifier: Apache-2.0
// The page of the manual that lists every metric, made from the metric table.
#pragma once

#include <string>

namespace gander {

/// docs/metrics.md: one table for each scope, in Markdown.
std::string write_metrics_page();

}  // namespace gander
