// SPDX-License-Identifier: Apache-2.0
// Bodies of demand.hpp.
#include "sample/demand.hpp"

#include <algorithm>

#include "sample/device_cell.hpp"

namespace gander::sample {

Demand unite(const std::map<std::string, Demand, std::less<>>& demands) {
  if (demands.empty()) return {};
  auto all = demands.begin()->second;
  for (const auto& [view, demand] : demands) {
    all.metrics = all.metrics | demand.metrics;
    all.processes = all.processes || demand.processes;
    all.device_detail = all.device_detail || demand.device_detail;
    all.ancestors = all.ancestors || demand.ancestors;
    all.process_detail = all.process_detail || demand.process_detail;
    all.descendants = all.descendants || demand.descendants;
    all.attribution = std::max(all.attribution, demand.attribution);
    all.interval = std::min(all.interval, demand.interval);
  }
  return all;
}

bool wants_devices(const Demand& demand) {
  return demand.processes || !find_device_metrics(demand.metrics).is_empty();
}

host::ProcessWants wants_of(const Demand& demand) {
  auto wants = host::find_process_wants(demand.metrics);
  wants.places = demand.process_detail;
  wants.descendants = demand.descendants;
  wants.sessions = demand.attribution != Attribution::none;
  wants.ancestors = demand.ancestors || wants.sessions;
  return wants;
}

}  // namespace gander::sample
