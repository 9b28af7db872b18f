// SPDX-License-Identifier: Apache-2.0
// `gander status`: devices, host and GPU processes, once or again and again.
#include "cli/command/status.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/selection.hpp"
#include "cli/view.hpp"
#include "cli/watch.hpp"

namespace gander::cli {
namespace {

/// With a window the second look gives CPU use since the first; without, since processes started.
SnapshotPointer look(sample::Sampler& sampler, const StatusArguments& arguments) {
  const auto demand = find_demand(arguments);
  const double window = find_window(arguments);
  return window > 0 ? sample_twice(sampler, demand, Seconds{window})
                    : sample_patiently(sampler, demand);
}

/// Says on standard error what is wrong, and what was asked for in vain; gives the exit code.
ExitCode complain_about(const StatusArguments& arguments, const Snapshot& snapshot) {
  const auto selection = find_selection(arguments, snapshot);
  const auto verdict = judge_answers(snapshot, selection);
  const auto mistakes = find_mistakes(arguments, snapshot, selection);
  complain_about(snapshot, verdict);
  for (const auto& mistake : mistakes) complain(mistake);
  const bool misses_monitor = arguments.monitor == MonitorWish::asked;
  if (misses_monitor) complain("the monitor needs a terminal; this is the status, once");
  if (mistakes.empty() && !misses_monitor) return verdict.code;
  return std::max(verdict.code, ExitCode::incomplete);
}

Succession find_succession(StatusForm form) {
  if (form == StatusForm::json || form == StatusForm::csv) return Succession::append;
  return succession_of_pages();
}

/// Ends as it was told to, whatever the devices did meanwhile: that is what it showed.
ExitCode watch_status(sample::Sampler& sampler, const StatusArguments& arguments) {
  Watch wish{find_demand(arguments), find_succession(arguments.form), {}};
  bool is_first = true;
  wish.draw = [&](const Snapshot& snapshot) {
    const auto selection = find_selection(arguments, snapshot);
    if (!std::exchange(is_first, false)) return write_view(arguments, snapshot, selection);
    // The first page is as one that is drawn once: its CPU use is not since a look before.
    auto first = arguments;
    if (first.form == StatusForm::page) first.watch.reset();
    return write_view_head(arguments) + write_view(first, snapshot, selection);
  };
  return watch(sampler, wish, [&](const Snapshot& snapshot) {
    static_cast<void>(complain_about(arguments, snapshot));
  });
}

}  // namespace

ExitCode run(const StatusArguments& arguments) {
  const auto sampler = open_machine();
  if (arguments.watch) leave(watch_status(*sampler, arguments), *sampler);
  const auto snapshot = look(*sampler, arguments);
  const auto selection = find_selection(arguments, *snapshot);
  const auto text = write_view_head(arguments) + write_view(arguments, *snapshot, selection);
  const auto printed = print(text, ExitCode::fine);
  const auto code = complain_about(arguments, *snapshot);
  leave(printed == ExitCode::fine ? code : printed, *sampler);
}

}  // namespace gander::cli
