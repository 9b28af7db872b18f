// SPDX-License-Identifier: Apache-2.0
// `gander doctor --cost`: what watching this machine costs its driver.
#include "cli/command/cost.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "cli/drawing.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/version.hpp"
#include "cli/view.hpp"
#include "export/call_list.hpp"
#include "gander/monitor_demand.hpp"
#include "os/output.hpp"
#include "os/terminal.hpp"

namespace gander::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{3};  // With looks that are late.
constexpr std::chrono::milliseconds attention{500};

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
                    cost.seconds - old.seconds, cost.is_waiting});
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

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

FirstLook add_up_first(double seconds, const std::vector<driver::CallCost>& costs) {
  FirstLook first{seconds, 0, 0};
  for (const auto& cost : costs) {
    if (cost.is_waiting) continue;
    first.calls += cost.calls;
    first.driver_seconds += cost.seconds;
  }
  return first;
}

/// Says on a terminal how long it still takes, in one line that goes away.
class Countdown {
 public:
  Countdown() = default;
  Countdown(const Countdown&) = delete;
  Countdown& operator=(const Countdown&) = delete;
  ~Countdown() { say({}); }
  void show(std::uint64_t seconds) const {
    say(fmt::format("watching as the monitor does, {} s to go (--seconds N)", seconds));
  }

 private:
  void say(std::string_view text) const {
    // Nothing depends on it.
    if (is_seen_) static_cast<void>(os::write_all(STDERR_FILENO, fmt::format("\r{}\x1b[K", text)));
  }
  bool is_seen_ = os::is_terminal(STDERR_FILENO);
};

/// What was counted from one look to another.
struct Watched {
  double seconds{};
  std::uint64_t looks{};
  std::vector<driver::CallCost> before;
  std::vector<driver::CallCost> after;
};

/// From look to look, so that each tier is met as often as its period goes into the time. The look
/// after the opening is no part of it: it may still read what only comes with a second one.
Watched watch(sample::Sampler& sampler, const Drivers& drivers, std::uint64_t looks) {
  const Countdown countdown;
  sampler.set_demand("cost", monitor_demand());
  const auto opened = sampler.latest()->sequence;
  sampler.start();
  const auto settled = sampler.wait_newer(opened, patience);
  const auto from = settled == nullptr ? opened : settled->sequence;
  Watched watched{0, 0, count_calls(drivers), {}};
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::seconds(looks) + patience;
  while (watched.looks < looks && Clock::now() < end) {
    countdown.show(looks - watched.looks);
    const auto snapshot = sampler.wait_newer(from + watched.looks, attention);
    if (snapshot != nullptr) watched.looks = snapshot->sequence - from;
  }
  watched.seconds = seconds_since(begin);
  watched.after = count_calls(drivers);
  sampler.drop_demand("cost");
  return watched;
}

}  // namespace

ExitCode run(const CostArguments& arguments) {
  auto drivers = driver::make_drivers(driver_options());
  const auto counted = list_drivers(drivers);
  const auto sampler = open_machine(std::move(drivers));
  const auto begin = Clock::now();
  const auto first = sample_patiently(*sampler, find_demand(StatusArguments{}));
  const auto opening = add_up_first(seconds_since(begin), count_calls(counted));
  const auto watched = works(*first) ? watch(*sampler, counted, arguments.seconds) : Watched{};
  const auto last = sampler->latest();
  const CallSpan span{watched.seconds, watched.looks, count_gpus(*last), opening};
  const auto rows = subtract(watched.after, watched.before);
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  const auto text = arguments.json ? write_call_list_json(rows, span, version)
                                   : write_call_list(rows, span, drawing.rendering, drawing.width);
  const auto verdict = judge_answers(*last);
  const auto code = print(text, verdict.code);
  complain_about(*last, verdict);
  leave(code, *sampler);
}

}  // namespace gander::cli
