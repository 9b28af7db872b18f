// SPDX-License-Identifier: Apache-2.0
// `gander metrics`: every number gander knows, and which of them this machine has.
#include "cli/command/metrics.hpp"

#include "cli/drawing.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "export/metric_list.hpp"

namespace gander::cli {
namespace {

/// What costs much is read where it was asked for by name.
Demand find_demand(const MetricsArguments& arguments) {
  Demand demand;
  demand.metrics = {};
  for (const auto metric : arguments.metrics) {
    const bool is_dear = row_of(metric).cost == Cost::on_demand;
    if (arguments.is_chosen || !is_dear) demand.metrics.insert(metric);
  }
  return demand;
}

}  // namespace

ExitCode run(const MetricsArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = sample_twice(*sampler, find_demand(arguments));
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  const MetricListOptions options{drawing.rendering, drawing.width, arguments.is_chosen};
  const auto text = arguments.json ? write_metric_list_json(*snapshot, arguments.metrics)
                                   : write_metric_list(*snapshot, arguments.metrics, options);
  // A machine without a driver has a list, too: of reasons.
  leave(print(text, ExitCode::fine), *sampler);
}

}  // namespace gander::cli
