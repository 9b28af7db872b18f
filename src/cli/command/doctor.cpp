// SPDX-License-Identifier: Apache-2.0
// `gander doctor`: what works on this machine, what does not, and what to do about it.
#include "cli/command/doctor.hpp"

#include <algorithm>
#include <iterator>

#include "cli/drawing.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/version.hpp"
#include "export/findings.hpp"
#include "gander/finding.hpp"

namespace gander::cli {
namespace {

std::vector<Finding> find_all(const Snapshot& snapshot) {
  auto findings = diagnose(snapshot);
  auto examined = driver::examine_drivers(driver_options(), snapshot.drivers);
  findings.insert(findings.begin(), std::make_move_iterator(examined.begin()),
                  std::make_move_iterator(examined.end()));
  return findings;
}

/// The worst failure decides: a driver that is down says more than a lost device.
Verdict judge(const Snapshot& snapshot, const std::vector<Finding>& findings) {
  auto verdict = judge_answers(snapshot);
  if (judge_drivers(snapshot) != ExitCode::fine) return verdict;
  for (const auto fault : {Fault::device_lost, Fault::timed_out}) {
    const bool found = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.severity == Severity::failure && finding.fault == fault;
    });
    if (!found) continue;
    verdict.code = exit_code_for(fault);
    break;
  }
  return verdict;
}

}  // namespace

ExitCode run(const DoctorArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = sample_twice(*sampler);
  const auto findings = find_all(*snapshot);
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  const auto text = arguments.json ? write_findings_json(findings, version)
                                   : write_findings(findings, drawing.rendering, drawing.width);
  const auto verdict = judge(*snapshot, findings);
  const auto code = print(text, verdict.code);
  complain_about(*snapshot, verdict);
  leave(code, *sampler);
}

}  // namespace gander::cli
