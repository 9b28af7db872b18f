// SPDX-License-Identifier: Apache-2.0
// The list of `gander metrics`: every metric, and on which devices of a snapshot it is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gander/metric.hpp"
#include "gander/result.hpp"
#include "gander/snapshot.hpp"
#include "text/line.hpp"

namespace gander {

/// The metrics whose scope is one of `words`, or whose name contains one; all where there are no
/// words; in the order of the table. Fails with `usage` where a word finds none.
Result<std::vector<Metric>> find_metrics(const std::vector<std::string>& words);

/// What is so of some devices: the metric is known there, or the reason why not.
struct Availability {
  std::optional<Missing> reason;     ///< Absent: it is known.
  std::vector<DeviceIndex> devices;  ///< Empty: of the host, or of processes.
};

/// Where a metric is known, what is so of several devices together; never empty.
std::vector<Availability> find_availability(const Snapshot& snapshot, Metric metric);

struct MetricListOptions {
  text::Rendering rendering;
  int width = 79;
  bool with_help = false;  ///< Whether each is followed by what it means.
};

/// A line for each metric, below a heading for each scope.
std::string write_metric_list(const Snapshot& snapshot, const std::vector<Metric>& metrics,
                              const MetricListOptions& options);

/// `{"schema": 1, "version": …, "metrics": [{"name", "scope", "unit", "kind", "cost", "tier",
/// "title", "help", "availability": [{"devices": […], "missing": null | REASON}]}]}`.
std::string write_metric_list_json(const Snapshot& snapshot, const std::vector<Metric>& metrics);

}  // namespace gander
