// SPDX-License-Identifier: Apache-2.0
// `gander metrics`: every number gander knows, and which of them this machine has.
#include "cli/command/metrics.hpp"

#include <chrono>
#include <thread>

#include "cli/drawing.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "export/metric_list.hpp"

namespace gander::cli {
namespace {

/// Rates and profiles are known from the second look on.
constexpr std::chrono::milliseconds between_looks{250};

SnapshotPointer look(sample::Sampler& sampler, const std::vector<Metric>& metrics) {
  Demand demand;
  demand.metrics = {};
  for (const auto metric : metrics) demand.metrics.insert(metric);
  const auto snapshot = sample_patiently(sampler, demand);
  if (!works(*snapshot)) return snapshot;
  std::this_thread::sleep_for(between_looks);
  return sampler.sample_once(demand);
}

}  // namespace

ExitCode run(const MetricsArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = look(*sampler, arguments.metrics);
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  const MetricListOptions options{drawing.rendering, drawing.width, arguments.is_chosen};
  const auto text = arguments.json ? write_metric_list_json(*snapshot, arguments.metrics)
                                   : write_metric_list(*snapshot, arguments.metrics, options);
  // A machine without a driver has a list, too: of reasons.
  leave(print(text, ExitCode::fine), *sampler);
}

}  // namespace gander::cli
