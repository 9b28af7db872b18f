// SPDX-License-Identifier: Apache-2.0
// Looks once, judges each device by the one rule, prints.
#include "cli/command/list.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "choose/examine.hpp"
#include "cli/drawing.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/selection.hpp"
#include "export/device_list.hpp"

namespace gander::cli {
namespace {

Demand find_demand() {
  Demand demand;
  demand.metrics = {};
  for (const auto metric : {Metric::memory_used, Metric::memory_total, Metric::host_memory_total,
                            Metric::gpu_utilization, Metric::memory_utilization,
                            Metric::temperature, Metric::sm_clock, Metric::gpu_memory}) {
    demand.metrics.insert(metric);
  }
  demand.device_detail = false;
  demand.attribution = Attribution::servers;
  return demand;
}

std::string write_text(const ListArguments& arguments, const Snapshot& snapshot,
                       const std::vector<Candidate>& candidates) {
  if (arguments.json) return write_device_list_json(snapshot, candidates) + "\n";
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  return write_device_list(snapshot, candidates,
                           {drawing.rendering, drawing.known_width.value_or(0)});
}

}  // namespace

ExitCode run(const ListArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = sample_patiently(*sampler, find_demand());
  Selection selection;
  selection.devices = arguments.only;
  auto terms = arguments.terms;
  terms.free_users = find_free_users(arguments.free_users);
  auto candidates = choose::examine(*snapshot, terms);
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return !is_asked_for(*candidate.device, selection);
  });
  const auto printed = print(write_text(arguments, *snapshot, candidates), ExitCode::fine);
  const auto verdict = judge_answers(*snapshot, selection);
  complain_about(*snapshot, verdict);
  auto code = verdict.code;
  const auto invalid = find_invalid(*snapshot, selection);
  if (works(*snapshot) && !invalid.empty()) {
    complain("no device " + list_devices(invalid) + "; `gander list` lists those there are");
    code = std::max(code, ExitCode::incomplete);
  }
  leave(printed == ExitCode::fine ? code : printed, *sampler);
}

}  // namespace gander::cli
