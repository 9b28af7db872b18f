// SPDX-License-Identifier: Apache-2.0
// Looks, chooses, and prints names for other programs; again and again where somebody waits.
#include "cli/command/available.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "choose/pick.hpp"
#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/selection.hpp"
#include "export/availability.hpp"
#include "gander/cuda_visible.hpp"
#include "gander/device_memory.hpp"

namespace gander::cli {
namespace {

/// Between two looks of somebody who waits.
constexpr Seconds between_tries{1};

void add_metrics_of(choose::OrderKey key, MetricSet& metrics) {
  switch (key) {
    case choose::OrderKey::power:
      metrics.insert(Metric::power_draw);
      metrics.insert(Metric::power_limit);
      return;
    case choose::OrderKey::temperature:
      metrics.insert(Metric::temperature);
      return;
    case choose::OrderKey::utilization:
      metrics.insert(Metric::gpu_utilization);
      return;
    case choose::OrderKey::memory_utilization:
      metrics.insert(Metric::memory_utilization);
      return;
    case choose::OrderKey::index:
    case choose::OrderKey::free_memory:
    case choose::OrderKey::used_memory:
    case choose::OrderKey::compute:
    case choose::OrderKey::topology:
      return;
  }
}

Demand find_demand(const AvailableArguments& arguments) {
  Demand demand;
  demand.metrics = {};
  for (const auto metric : {Metric::memory_used, Metric::memory_total, Metric::host_memory_total}) {
    demand.metrics.insert(metric);
  }
  const auto& terms = arguments.wish.terms;
  if (terms.most_utilization) demand.metrics.insert(Metric::gpu_utilization);
  if (terms.most_memory_utilization) demand.metrics.insert(Metric::memory_utilization);
  for (const auto& order : arguments.wish.order) add_metrics_of(order.key, demand.metrics);
  demand.device_detail = std::ranges::any_of(arguments.wish.order, [](const choose::Order& order) {
    return order.key == choose::OrderKey::topology;
  });
  demand.processes = terms.most_processes.has_value() || arguments.free_users.has_value();
  if (demand.processes) demand.metrics.insert(Metric::gpu_memory);
  return demand;
}

/// Whether any device is judged by its processes: it lets one compute, or its memory is the host's
/// and the sum of theirs.
bool needs_processes(const Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.devices, [&](const Device& device) {
    return device.compute_mode == Known{ComputeMode::exclusive_process} ||
           device.compute_mode == Known{ComputeMode::exclusive_thread} ||
           shares_host_memory(snapshot.host, device);
  });
}

SnapshotPointer look(sample::Sampler& sampler, Demand demand) {
  auto snapshot = sample_patiently(sampler, demand);
  if (demand.processes || !needs_processes(*snapshot)) return snapshot;
  demand.processes = true;
  demand.metrics.insert(Metric::gpu_memory);
  return sampler.sample_once(demand);
}

/// The value of CUDA_VISIBLE_DEVICES that is inherited; nothing where it is not set.
std::optional<std::string> find_inherited(const AvailableArguments& arguments) {
  if (!arguments.inherits->empty()) return arguments.inherits;
  return process_environment()("CUDA_VISIBLE_DEVICES");
}

/// With what has to be looked up: users, and what is visible.
choose::Wish resolve(const AvailableArguments& arguments, const Snapshot& snapshot) {
  auto wish = arguments.wish;
  wish.terms.free_users = find_free_users(arguments.free_users);
  if (arguments.inherits) {
    wish.among = parse_cuda_visible_devices(find_inherited(arguments), snapshot.devices);
  }
  if (arguments.wait) wish.least = std::max<std::size_t>(wish.least, 1);
  return wish;
}

std::string name_of(const Device& device, DeviceFormat format) {
  // CUDA takes no number of an instance.
  const bool needs_uuid = format == DeviceFormat::uuid || device.is_instance();
  if (needs_uuid && device.uuid.is_known()) return device.uuid.value();
  if (format == DeviceFormat::pci && device.pci_bus_id.is_known()) return device.pci_bus_id.value();
  return to_string(device.index);
}

std::string join(const std::vector<const Device*>& devices, DeviceFormat format,
                 const std::string& separator) {
  std::string text;
  for (const Device* device : devices) {
    text += (text.empty() ? "" : separator) + name_of(*device, format);
  }
  return text;
}

std::string write_text(const AvailableArguments& arguments, const Snapshot& snapshot,
                       const choose::Pick& pick) {
  if (arguments.json) {
    return write_availability_json(snapshot, pick.devices, pick.candidates) + "\n";
  }
  if (pick.devices.empty()) return {};
  if (arguments.exports) {
    return "export CUDA_DEVICE_ORDER=PCI_BUS_ID\nexport CUDA_VISIBLE_DEVICES=" +
           join(pick.devices, arguments.format, ",") + "\n";
  }
  if (arguments.ends_with_zero) {
    const std::string zero(1, '\0');
    return join(pick.devices, arguments.format, zero) + zero;
  }
  return join(pick.devices, arguments.format, arguments.separator) + "\n";
}

/// Numbers mean to CUDA what they mean to us only where all GPUs are of one kind, or it is told to.
void warn_of_order(const AvailableArguments& arguments, const Snapshot& snapshot) {
  const bool has_numbers = arguments.format == DeviceFormat::index && !arguments.json &&
                           !arguments.exports && !arguments.is_format_chosen;
  const auto order = process_environment()("CUDA_DEVICE_ORDER");
  if (!has_numbers || order == "PCI_BUS_ID") return;
  const bool differ = std::ranges::any_of(snapshot.devices, [&](const Device& device) {
    return !device.is_instance() && device.name != snapshot.devices.front().name;
  });
  if (!differ) return;
  complain(
      "these GPUs differ, and CUDA counts them by speed unless CUDA_DEVICE_ORDER=PCI_BUS_ID is "
      "set; --export sets it, --format uuid needs no number");
}

/// What is wrong with the machine where nothing was found, else that there is too little.
ExitCode complain_about_lack(const Snapshot& snapshot, const choose::Wish& wish,
                             const choose::Pick& pick) {
  const auto verdict = judge_answers(snapshot);
  complain_about(snapshot, verdict);
  if (verdict.code != ExitCode::fine && verdict.code != ExitCode::incomplete) return verdict.code;
  if (pick.devices.empty() && wish.least <= 1) {
    complain("no GPU is free; `gander available --explain` says why");
  } else {
    complain(std::to_string(pick.devices.size()) + " of " + std::to_string(wish.least) +
             " GPUs are free; `gander available --explain` says why");
  }
  return ExitCode::fewer_devices;
}

void say_mistakes(const AvailableArguments& arguments, const Snapshot& snapshot) {
  if (!works(snapshot)) return;
  if (arguments.wish.among) {
    const auto invalid = find_invalid(snapshot, Selection{arguments.wish.among, {}, {}, {}});
    if (!invalid.empty()) complain("no device " + list_devices(invalid));
  }
  if (!arguments.inherits) return;
  const auto value = find_inherited(arguments);
  const auto mistake = value ? find_cuda_visible_mistake(*value, snapshot.devices) : std::string{};
  if (!mistake.empty()) complain(mistake);
}

/// The last look; where somebody waits, that at which there was enough or the time was over.
SnapshotPointer wait_for(sample::Sampler& sampler, const AvailableArguments& arguments) {
  const auto demand = find_demand(arguments);
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    auto snapshot = look(sampler, demand);
    if (!arguments.wait || !works(*snapshot)) return snapshot;
    if (choose::pick(*snapshot, resolve(arguments, *snapshot)).is_enough) return snapshot;
    const Seconds left = Seconds{*arguments.wait} - (std::chrono::steady_clock::now() - begin);
    if (left.count() <= 0) return snapshot;
    std::this_thread::sleep_for(std::min(between_tries, left));
  }
}

}  // namespace

ExitCode run(const AvailableArguments& arguments) {
  const auto sampler = open_machine();
  const auto snapshot = wait_for(*sampler, arguments);
  const auto wish = resolve(arguments, *snapshot);
  auto pick = choose::pick(*snapshot, wish);
  const bool is_lacking = pick.devices.empty() || !pick.is_enough;
  const auto found = pick;
  if (is_lacking && arguments.is_exact) pick.devices.clear();
  const auto printed = print(write_text(arguments, *snapshot, pick), ExitCode::fine);
  if (arguments.explains) note(write_availability_lines(pick.candidates));
  say_mistakes(arguments, *snapshot);
  auto code = ExitCode::fine;
  if (is_lacking) {
    code = complain_about_lack(*snapshot, wish, found);
    if (arguments.wait && code == ExitCode::fewer_devices) code = ExitCode::timed_out;
  } else {
    warn_of_order(arguments, *snapshot);
  }
  leave(printed == ExitCode::fine ? code : printed, *sampler);
}

}  // namespace gander::cli
