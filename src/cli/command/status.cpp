// SPDX-License-Identifier: Apache-2.0
// `gander status`: devices, host and GPU processes, once or again and again.
#include "cli/command/status.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/view.hpp"
#include "cli/watch.hpp"
#include "gander/cuda_visible.hpp"
#include "gander/select.hpp"
#include "os/terminal.hpp"
#include "os/user.hpp"

namespace gander::cli {
namespace {

Selection find_selection(const StatusArguments& arguments, const Snapshot& snapshot) {
  Selection selection;
  if (arguments.only) {
    selection.devices = arguments.only;
  } else if (arguments.only_visible) {
    const auto value = process_environment()("CUDA_VISIBLE_DEVICES");
    selection.devices = parse_cuda_visible_devices(value, snapshot.devices);
    // A MIG instance is shown with the GPU it is part of: memory and power stand there.
    for (auto& index : *selection.devices) index.instance.reset();
  }
  if (arguments.users) {
    selection.users =
        arguments.users->empty() ? std::vector<std::string>{viewer_name()} : *arguments.users;
  }
  selection.pids = arguments.pids;
  if (arguments.compute) selection.require(ContextFilter::compute);
  if (arguments.only_compute) selection.require(ContextFilter::only_compute);
  if (arguments.graphics) selection.require(ContextFilter::graphics);
  if (arguments.only_graphics) selection.require(ContextFilter::only_graphics);
  return selection;
}

/// One line for all devices that were asked for and do not exist.
std::string name_invalid(const std::vector<DeviceIndex>& invalid) {
  std::string text = invalid.size() == 1 ? "no device" : "no devices";
  for (const auto& index : invalid) text += " " + to_string(index);
  return text + "; `gander` lists those there are";
}

std::string name_unknown(const std::vector<std::string>& users) {
  std::string text = users.size() == 1 ? "no user" : "no users";
  for (const auto& user : users) text += " '" + user + "'";
  return text + " on this machine, and no process of that name";
}

/// One line for each part of what was asked for that had no effect.
std::vector<std::string> find_mistakes(const StatusArguments& arguments, const Snapshot& snapshot,
                                       const Selection& selection) {
  std::vector<std::string> mistakes;
  // Without a driver nothing is known of any device: that is said already.
  if (works(snapshot)) {
    const auto invalid = find_invalid(snapshot, selection);
    if (!invalid.empty()) mistakes.push_back(name_invalid(invalid));
    const auto visible = process_environment()("CUDA_VISIBLE_DEVICES");
    if (arguments.only_visible && !arguments.only && visible) {
      auto mistake = find_cuda_visible_mistake(*visible, snapshot.devices);
      if (!mistake.empty()) mistakes.push_back(std::move(mistake));
    }
  }
  auto users = find_absent_users(snapshot, selection);
  std::erase_if(users, [](const std::string& user) { return os::find_user_id(user).has_value(); });
  if (!users.empty()) mistakes.push_back(name_unknown(users));
  return mistakes;
}

/// With a window the second look gives CPU use since the first; without, since processes started.
SnapshotPointer look(sample::Sampler& sampler, const StatusArguments& arguments) {
  const auto demand = find_demand(arguments);
  auto snapshot = sample_patiently(sampler, demand);
  const double window = find_window(arguments);
  if (window <= 0 || !works(*snapshot)) return snapshot;
  std::this_thread::sleep_for(std::chrono::duration<double>{window});
  return sampler.sample_once(demand);
}

/// Says on standard error what is wrong, and what was asked for in vain; gives the exit code.
ExitCode complain_about(const StatusArguments& arguments, const Snapshot& snapshot) {
  const auto verdict = judge_answers(snapshot);
  const auto mistakes = find_mistakes(arguments, snapshot, find_selection(arguments, snapshot));
  complain_about(snapshot, verdict);
  for (const auto& mistake : mistakes) complain(mistake);
  if (arguments.monitor) complain("there is no monitor in this version; this is the status, once");
  if (mistakes.empty() && !arguments.monitor) return verdict.code;
  return std::max(verdict.code, ExitCode::incomplete);
}

Succession find_succession(StatusForm form) {
  if (form == StatusForm::json || form == StatusForm::csv) return Succession::append;
  return os::is_terminal(STDOUT_FILENO) ? Succession::redraw : Succession::separate;
}

/// Ends as it was told to, whatever the devices did meanwhile: that is what it showed.
ExitCode watch_status(sample::Sampler& sampler, const StatusArguments& arguments) {
  Watch wish{find_demand(arguments), find_succession(arguments.form), {}};
  bool is_first = true;
  wish.draw = [&](const Snapshot& snapshot) {
    auto text = write_view(arguments, snapshot, find_selection(arguments, snapshot));
    if (!std::exchange(is_first, false)) return text;
    return write_view_head(arguments) + text;
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
