// SPDX-License-Identifier: Apache-2.0
// `gander doctor --cost`: what watching this machine costs its driver.
#include "cli/command/cost.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "cli/drawing.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/version.hpp"
#include "export/call_list.hpp"

namespace gander::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds watched{5};
constexpr std::chrono::milliseconds settled{100};  // After the last look that may be under way.

/// The drivers that a sampler owns, to read their counts.
using Drivers = std::vector<const driver::Driver*>;

Drivers list_drivers(const std::vector<std::unique_ptr<driver::Driver>>& drivers) {
  Drivers list;
  for (const auto& driver : drivers) list.push_back(driver.get());
  return list;
}

std::vector<driver::CallCost> count_calls(const Drivers& drivers) {
  std::vector<driver::CallCost> all;
  for (const auto* driver : drivers) {
    const auto costs = driver->call_costs();
    all.insert(all.end(), costs.begin(), costs.end());
  }
  return all;
}

/// What was called since `before`, dearest first.
std::vector<CallRow> subtract(const std::vector<driver::CallCost>& after,
                              const std::vector<driver::CallCost>& before) {
  std::map<std::string, driver::CallCost> base;
  for (const auto& cost : before) base.emplace(cost.function, cost);
  std::vector<CallRow> rows;
  for (const auto& cost : after) {
    const auto& old = base[cost.function];
    if (cost.calls <= old.calls) continue;
    rows.push_back({cost.function, cost.serves, cost.calls - old.calls, cost.errors - old.errors,
                    cost.seconds - old.seconds});
  }
  std::sort(rows.begin(), rows.end(),
            [](const CallRow& a, const CallRow& b) { return a.seconds > b.seconds; });
  return rows;
}

std::size_t count_gpus(const Snapshot& snapshot) {
  return static_cast<std::size_t>(
      std::count_if(snapshot.devices.begin(), snapshot.devices.end(), [](const Device& device) {
        return !device.is_instance() && device.state == DeviceState::ok;
      }));
}

}  // namespace

ExitCode run(const CostArguments& arguments) {
  auto drivers = driver::make_drivers(driver_options());
  const auto counted = list_drivers(drivers);
  const auto sampler = open_machine(std::move(drivers));
  // Opening costs once and is no part of watching.
  const auto first = sample_patiently(*sampler);
  const auto before = count_calls(counted);
  const auto begin = Clock::now();
  if (works(*first)) {
    sampler->set_demand("cost", Demand{});
    sampler->start();
    std::this_thread::sleep_for(watched - settled);
    sampler->drop_demand("cost");
    std::this_thread::sleep_for(settled);
  }
  const auto last = sampler->latest();
  const CallSpan span{std::chrono::duration<double>(Clock::now() - begin).count(),
                      last->sequence - first->sequence, count_gpus(*last)};
  const auto rows = subtract(count_calls(counted), before);
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  const auto text = arguments.json ? write_call_list_json(rows, span, version)
                                   : write_call_list(rows, span, drawing.rendering, drawing.width);
  const auto verdict = judge_answers(*last);
  const auto code = print(text, verdict.code);
  complain_about(*last, verdict);
  leave(code, *sampler);
}

}  // namespace gander::cli
