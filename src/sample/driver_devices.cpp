// SPDX-License-Identifier: Apache-2.0
// The devices of one driver: describing them once, reading what is due, listing their processes.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sample/driver_asks.hpp"

namespace gander::sample {
namespace {

using std::chrono::nanoseconds;

/// Process lists take the driver's global lock and stall other programs: never more often than
/// this, and never more than one part in this many of the time.
constexpr nanoseconds process_period = std::chrono::seconds(2);
constexpr int process_share = 200;
constexpr nanoseconds longest_process_period = std::chrono::seconds(60);
constexpr nanoseconds tolerance = std::chrono::milliseconds(100);

/// What the readings of a device in this state are that were not read just now.
Missing reason_of(DeviceState state) {
  switch (state) {
    case DeviceState::lost:
    case DeviceState::reset_required:
      return Missing::device_lost;
    case DeviceState::inaccessible:
      return Missing::no_permission;
    case DeviceState::suspended:
      return Missing::suspended;
    case DeviceState::timed_out:
      return Missing::timed_out;
    case DeviceState::ok:
    case DeviceState::unknown:
      break;
  }
  return Missing::no_data;
}

}  // namespace

void DriverFeed::DeviceAsk::run(driver::Driver& driver) {
  const auto begin = std::chrono::steady_clock::now();
  switch (task) {
    case DeviceTask::describe:
      device = driver.describe(handle);
      break;
    case DeviceTask::read:
      driver.read(handle, asked, device);
      break;
    case DeviceTask::list:
      list = driver.list_processes(handle);
      break;
  }
  took = std::chrono::steady_clock::now() - begin;
  is_finished = true;
}

std::shared_ptr<DriverFeed::DeviceAsk> DriverFeed::make_ask(DeviceCell& cell, DeviceTask task) {
  auto ask = std::make_shared<DeviceAsk>();
  ask->task = task;
  ask->handle = cell.listed.handle;
  ask->cell = &cell;
  return ask;
}

/// Makes the calls; takes what came back, and marks the devices that did not answer.
void DriverFeed::ask_devices(const Asks& asks, std::chrono::milliseconds deadline,
                             const TickPlan& plan) {
  if (asks.empty()) return;
  std::vector<Call> calls;
  calls.reserve(asks.size());
  for (const auto& ask : asks) {
    ask->asked_at = plan.wall;
    calls.push_back({ask->cell->lane, [ask, driver = driver_] { ask->run(*driver); }, deadline});
  }
  const auto outcomes = crew_.run(std::move(calls));
  for (std::size_t i = 0; i < asks.size(); ++i) {
    auto& cell = *asks[i]->cell;
    cell.is_timed_out = outcomes[i] != Outcome::done;
    if (outcomes[i] == Outcome::done) accept(cell, *asks[i], plan);
    if (outcomes[i] != Outcome::overran) continue;
    ++overruns_;
    cell.pending = asks[i];
    cell.tiers.reset();
  }
}

void DriverFeed::accept(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan) {
  switch (ask.task) {
    case DeviceTask::describe:
      cell.kept = std::move(ask.device);
      cell.is_described = true;
      cell.tiers.reset();
      break;
    case DeviceTask::read:
      cell.kept = std::move(ask.device);
      cell.tiers.note(ask.asked, cell.kept, plan.steady);
      if (cell.kept.state != DeviceState::ok && cell.kept.state != DeviceState::unknown) {
        fill(cell.kept, reason_of(cell.kept.state), ask.asked);
        cell.tiers.reset();
      }
      break;
    case DeviceTask::list:
      cell.processes = std::move(ask.list);
      cell.processes_at = ask.asked_at;
      has_new_rows_ = true;
      break;
  }
}

void DriverFeed::describe_new(const TickPlan& plan) {
  Asks asks;
  for (auto& cell : cells_) {
    if (!cell->is_described && cell->pending == nullptr) {
      asks.push_back(make_ask(*cell, DeviceTask::describe));
    }
  }
  ask_devices(asks, wide_deadline(), plan);
  std::erase_if(absent_, [this](const Device& absent) {
    return std::any_of(cells_.begin(), cells_.end(), [&](const auto& cell) {
      return cell->kept.uuid.is_known() && cell->kept.uuid == absent.uuid;
    });
  });
}

void DriverFeed::read_devices(const TickPlan& plan) {
  Asks asks;
  for (auto& cell : cells_) {
    if (!cell->is_described || cell->pending != nullptr || cell->is_served_late) continue;
    if (plan.all_tiers) cell->tiers.reset();
    auto ask = make_ask(*cell, DeviceTask::read);
    ask->asked = cell->tiers.find_due(plan.metrics, plan.steady);
    ask->device = cell->kept;
    asks.push_back(std::move(ask));
  }
  ask_devices(asks, deadlines_.fast, plan);
}

void DriverFeed::read_processes(const TickPlan& plan) {
  if (!plan.processes) {
    for (auto& cell : cells_) cell->processes = {};
    processes_due_ = plan.steady;
    return;
  }
  if (!plan.all_tiers && plan.steady + tolerance < processes_due_) return;
  Asks asks;
  for (auto& cell : cells_) {
    cell->processes = {};
    cell->processes.complete = Missing::timed_out;
    if (cell->is_described && cell->pending == nullptr) {
      asks.push_back(make_ask(*cell, DeviceTask::list));
    }
  }
  const auto begin = std::chrono::steady_clock::now();
  ask_devices(asks, deadlines_.process, plan);
  const nanoseconds took = std::chrono::steady_clock::now() - begin;
  const auto pause = std::clamp(took * process_share, process_period, longest_process_period);
  processes_due_ = plan.steady + pause;
  has_new_rows_ = true;
}

Device DriverFeed::present(const DeviceCell& cell, const MetricSet& wanted) const {
  auto device = cell.kept;
  device.index = cell.listed.index;
  device.driver = status_.name;
  if (life_ != Life::running) {
    device.state = DeviceState::unknown;
    device.state_detail = status_.error ? status_.error->message : "the driver is down";
    fill(device, Missing::driver_down, {});
  } else if (cell.is_timed_out || cell.pending != nullptr || pending_ != nullptr) {
    device.state = DeviceState::timed_out;
    device.state_detail = "a call to the driver did not come back within its deadline";
    fill(device, Missing::timed_out, {});
    device.clock_limits = Missing::timed_out;
  }
  mask(device, wanted);
  return device;
}

void DriverFeed::append_devices(std::vector<Device>& into, const MetricSet& wanted) const {
  std::uint32_t free_index = 0;
  for (const auto& cell : cells_) {
    into.push_back(present(*cell, wanted));
    free_index = std::max(free_index, cell->listed.index.gpu + 1);
  }
  for (const auto& absent : absent_) {
    into.push_back(absent);
    auto& device = into.back();
    device.state = DeviceState::lost;
    device.state_detail =
        fmt::format("was device {}; the driver lists it no more", to_string(absent.index));
    device.index = DeviceIndex{free_index++, std::nullopt};
    fill(device, Missing::device_lost, {});
    device.clock_limits = Missing::device_lost;
    mask(device, wanted);
  }
}

void DriverFeed::append_rows(std::vector<DeviceRows>& into) const {
  for (const auto& cell : cells_) {
    DeviceRows list;
    list.device.uuid = cell->kept.uuid;
    list.device.pci_bus_id = cell->kept.pci_bus_id;
    list.device.index = cell->listed.index;
    list.device.parent = cell->kept.parent;
    list.device.gpu_instance_id = cell->kept.gpu_instance_id;
    list.device.compute_instance_id = cell->kept.compute_instance_id;
    list.rows = cell->processes.rows;
    list.listed_at = cell->processes_at;
    into.push_back(std::move(list));
  }
}

}  // namespace gander::sample
