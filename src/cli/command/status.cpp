// SPDX-License-Identifier: Apache-2.0
// `gander status`: devices, host and GPU processes, once.
#include "cli/command/status.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string>
#include <thread>

#include "cli/drawing.hpp"
#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "export/json.hpp"
#include "export/status.hpp"
#include "gander/cuda_visible.hpp"
#include "gander/select.hpp"
#include "os/user.hpp"

namespace gander::cli {
namespace {

constexpr Percentages gpu_percentages{10, 75};
constexpr Percentages memory_percentages{10, 80};

std::string viewer_name() {
  const auto uid = os::current_uid();
  return os::find_user_name(uid).value_or(std::to_string(uid));
}

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

std::string local_time(double unix_seconds) {
  const auto seconds = static_cast<std::time_t>(std::floor(unix_seconds));
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return {};
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S %Y", &parts);
  return {text.data(), length};
}

Thresholds find_thresholds_for(const std::optional<Percentages>& given, std::string_view variable,
                               Percentages fallback) {
  std::string complaint;
  const auto percentages =
      given ? *given : thresholds_from(process_environment(), variable, fallback, complaint);
  if (!complaint.empty()) complain(complaint);
  return {percentages.moderate / 100.0, percentages.heavy / 100.0};
}

std::string draw(const StatusArguments& arguments, const Snapshot& snapshot, Selection selection) {
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  StatusOptions options;
  options.width = drawing.width;
  options.rendering = drawing.rendering;
  options.gpu =
      find_thresholds_for(arguments.gpu_thresholds, "GPU_UTILIZATION_THRESHOLDS", gpu_percentages);
  options.memory = find_thresholds_for(arguments.memory_thresholds, "MEMORY_UTILIZATION_THRESHOLDS",
                                       memory_percentages);
  options.viewer_uid = os::current_uid();
  options.viewer = viewer_name();
  options.time = local_time(snapshot.time);
  if (arguments.window <= 0) options.cpu_window = "since boot";
  options.selection = std::move(selection);
  return write_status(snapshot, options);
}

/// With a window the second look gives CPU use since the first; without, since processes started.
SnapshotPointer look(sample::Sampler& sampler, double window) {
  auto snapshot = sample_patiently(sampler);
  if (window <= 0) return snapshot;
  std::this_thread::sleep_for(std::chrono::duration<double>{window});
  return sampler.sample_once(Demand{});
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

}  // namespace

ExitCode run(const StatusArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = look(*sampler, arguments.window);
  const auto selection = find_selection(arguments, *snapshot);
  const auto verdict = judge_answers(*snapshot);
  const auto mistakes = find_mistakes(arguments, *snapshot, selection);
  auto code = verdict.code;
  if (!mistakes.empty() || arguments.monitor) code = std::max(code, ExitCode::incomplete);

  const auto text = arguments.json ? write_json(select(*snapshot, selection)) + "\n"
                                   : draw(arguments, *snapshot, selection);
  code = print(text, code);
  complain_about(*snapshot, verdict);
  for (const auto& mistake : mistakes) complain(mistake);
  if (arguments.monitor) complain("there is no monitor in this version; this is the status, once");
  leave(code, *sampler);
}

}  // namespace gander::cli
