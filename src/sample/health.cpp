// SPDX-License-Identifier: Apache-2.0
// One line for a person on what is missing, and how much.
#include "sample/health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace gander::sample {
namespace {

std::ptrdiff_t count(std::span<const Process> processes, Presence presence) {
  return std::count_if(processes.begin(), processes.end(),
                       [presence](const auto& process) { return process.presence == presence; });
}

void add(std::string& detail, const std::string& text) {
  if (!detail.empty()) detail += "; ";
  detail += text;
}

SourceHealth judge(std::string name, std::string detail, double now) {
  SourceHealth health;
  health.name = std::move(name);
  health.last_success = now;
  health.completeness = detail.empty() ? Completeness::complete : Completeness::partial;
  health.detail = std::move(detail);
  return health;
}

}  // namespace

SourceHealth judge_host(const Snapshot& snapshot, double now) {
  std::string detail;
  if (snapshot.host.initial_pid_namespace == Known<bool>{false}) {
    add(detail, "processes outside this PID namespace are hidden");
  }
  if (const auto hidden = count(snapshot.processes, Presence::hidden); hidden > 0) {
    add(detail, fmt::format("{} processes are hidden by hidepid", hidden));
  }
  if (const auto outside = count(snapshot.processes, Presence::outside); outside > 0) {
    add(detail, fmt::format("{} processes belong to another PID namespace", outside));
  }
  return judge("host", std::move(detail), now);
}

SourceHealth judge_owners(std::span<const Process> processes, double now) {
  const auto unowned = std::count_if(processes.begin(), processes.end(), [](const auto& process) {
    return process.presence == Presence::present && !process.uses.empty() && process.owners.empty();
  });
  std::string detail;
  if (unowned > 0) add(detail, fmt::format("of {} GPU processes the owner is not known", unowned));
  return judge("owner", std::move(detail), now);
}

}  // namespace gander::sample
