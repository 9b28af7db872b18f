// SPDX-License-Identifier: Apache-2.0
// The devices of one driver: attaching to them, describing them, reading what is due, listing their
// processes; and what is shown of one that does not answer.
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
/// Modes change when an administrator acts.
constexpr nanoseconds description_period = std::chrono::seconds(60);

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

template <class T>
void fill_gap(Known<T>& value, Missing reason) {
  if (!value.is_known() && value.reason() == Missing::not_sampled) value = reason;
}

/// Says of everything that was not asked of the device why it was not.
void fill_gaps(Device& device, Missing reason) {
  for (auto* text :
       {&device.uuid, &device.name, &device.pci_bus_id, &device.serial, &device.vbios}) {
    fill_gap(*text, reason);
  }
  for (auto* number : {&device.minor, &device.gpu_instance_id, &device.compute_instance_id}) {
    fill_gap(*number, reason);
  }
  for (auto* mode : {&device.persistence_mode, &device.display_active, &device.mig_mode,
                     &device.mig_mode_pending}) {
    fill_gap(*mode, reason);
  }
  fill_gap(device.compute_capability, reason);
  fill_gap(device.compute_mode, reason);
}

/// What was listed last, until there is an answer: who was there is known, none of their numbers
/// is. Whether they still run, the host says.
void make_stale(driver::ProcessList& list) {
  for (auto& row : list.rows) {
    for (const auto& metric : rows_of(Scope::use)) {
      row.use.readings[metric.id] = Missing::timed_out;
    }
  }
  list.complete = Missing::timed_out;
  list.errors.clear();
}

}  // namespace

void DriverFeed::DeviceAsk::run(driver::Driver& driver) {
  const driver::ProgressScope scope{progress};
  const auto begin = std::chrono::steady_clock::now();
  switch (task) {
    case DeviceTask::attach:
      has_news = driver.attach(handle);
      break;
    case DeviceTask::describe:
      device = driver.describe(handle, facts);
      break;
    case DeviceTask::read:
      driver.read(handle, asked, device);
      break;
    case DeviceTask::list:
      list = driver.list_processes(handle, asked);
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

std::chrono::milliseconds DriverFeed::deadline_of(DeviceTask task) const {
  switch (task) {
    case DeviceTask::attach:
      return has_ticked_ ? std::min(deadlines_.attach, deadlines_.process) : deadlines_.attach;
    case DeviceTask::describe:
    case DeviceTask::read:
      return deadlines_.device;
    case DeviceTask::list:
      break;
  }
  return deadlines_.process;
}

/// Makes the calls, and that of `last` behind them where there is one; takes what came back, and
/// marks the devices that did not answer. Returns how long the devices took.
nanoseconds DriverFeed::ask_devices(const Asks& asks, const TickPlan& plan,
                                    const WidePointer& last) {
  if (asks.empty() && last == nullptr) return nanoseconds{0};
  std::vector<Call> calls;
  calls.reserve(asks.size() + 1);
  for (const auto& ask : asks) {
    ask->asked_at = plan.wall;
    ask->asked_steady = plan.steady;
    Call call;
    const bool is_list = ask->task == DeviceTask::list;
    call.lane = is_list ? ask->cell->list_lane : ask->cell->lane;
    call.run = [ask, driver = driver_] { ask->run(*driver); };
    call.deadline = deadline_of(ask->task);
    // The list of a GPU that has just hung has only a moment: it may hang as well.
    if (ask->task == DeviceTask::read || (is_list && ask->cell->pending != nullptr)) {
      call.step = deadlines_.fast;
      call.step_began = [ask] { return ask->progress.step_began(); };
    }
    calls.push_back(std::move(call));
  }
  if (last != nullptr) calls.push_back(make_call(last));
  const auto begin = std::chrono::steady_clock::now();
  const auto outcomes = crew_.run(std::move(calls));
  const nanoseconds wall = std::chrono::steady_clock::now() - begin;
  nanoseconds one_by_one{0};
  for (std::size_t i = 0; i < asks.size(); ++i) {
    auto& cell = *asks[i]->cell;
    cell.is_timed_out = outcomes[i] != Outcome::done;
    one_by_one += cell.is_timed_out ? wall : asks[i]->took;
    if (outcomes[i] == Outcome::done) accept(cell, *asks[i], plan);
    if (outcomes[i] == Outcome::overran) suspend(cell, asks[i], plan);
  }
  if (last != nullptr) take(last, outcomes.back(), plan);
  return std::min(wall, one_by_one);
}

/// Keeps what a call that overran has answered so far; the rest is taken when it comes.
void DriverFeed::suspend(DeviceCell& cell, const std::shared_ptr<DeviceAsk>& ask,
                         const TickPlan& plan) {
  ++overruns_;
  (ask->task == DeviceTask::list ? cell.pending_list : cell.pending) = ask;
  if (ask->task != DeviceTask::read) return;
  const auto answered = ask->progress.copy_answers(cell.kept.readings);
  cell.tiers.note(answered, cell.kept, plan.steady);
}

void DriverFeed::accept(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan) {
  switch (ask.task) {
    case DeviceTask::attach:
      cell.is_attached = true;
      cell.looked_at = plan.steady;
      if (!ask.has_news) break;
      cell.has_news = true;
      is_list_stale_ = true;
      break;
    case DeviceTask::describe:
      accept_description(cell, ask, plan);
      break;
    case DeviceTask::read:
      accept_reading(cell, ask, plan);
      break;
    case DeviceTask::list:
      cell.processes = std::move(ask.list);
      cell.processes_at = ask.asked_at;
      has_new_rows_ = true;
      break;
  }
}

/// The first description is taken whole; later ones only bring modes up to date, and nothing of a
/// device that has ceased to answer.
void DriverFeed::accept_description(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan) {
  cell.described_at = plan.steady;
  const bool is_whole = ask.facts == driver::Facts::all;
  if (!is_whole && cell.has_all_facts) keep_facts(ask.device, cell.kept);
  cell.has_all_facts = cell.has_all_facts || is_whole;
  cell.described_errors = std::exchange(ask.device.errors, {});
  if (!std::exchange(cell.is_described, true)) {
    cell.kept = std::move(ask.device);
    cell.tiers.reset();
    cell.rates.reset();
    return;
  }
  if (ask.device.state != DeviceState::ok) return;
  ask.device.readings = cell.kept.readings;
  ask.device.fans = std::move(cell.kept.fans);
  ask.device.errors = std::move(cell.kept.errors);
  keep_link_readings(ask.device, cell.kept);
  ask.device.clock_limits = cell.kept.clock_limits;
  cell.kept = std::move(ask.device);
}

void DriverFeed::accept_reading(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan) {
  cell.kept = std::move(ask.device);
  cell.read_at = plan.steady;
  cell.tiers.note(ask.asked, cell.kept, plan.steady);
  const bool is_late = ask.asked_steady != plan.steady;
  cell.rates.note(ask.asked, cell.kept, ask.asked_steady + (is_late ? ask.took : nanoseconds{0}));
  if (cell.kept.state == DeviceState::ok || cell.kept.state == DeviceState::unknown) return;
  cell.rates.reset();
  cell.kept.errors.clear();
  fill(cell.kept, reason_of(cell.kept.state), ask.asked);
  cell.tiers.reset();
}

/// Opens the GPUs that nobody has opened yet, and looks again at those of which it is time.
void DriverFeed::attach_devices(const TickPlan& plan) {
  Asks asks;
  const bool look_at_all = std::exchange(is_look_due_, false);
  for (auto& cell : cells_) {
    if (cell->is_waiting() || cell->listed.index.instance) continue;
    if (look_at_all || is_look_due(*cell, plan)) {
      asks.push_back(make_ask(*cell, DeviceTask::attach));
    }
  }
  ask_devices(asks, plan);
}

/// A sleeping GPU is looked at each time, which costs a file: it is shown as soon as it is awake.
bool DriverFeed::is_look_due(const DeviceCell& cell, const TickPlan& plan) {
  if (!cell.is_attached || cell.kept.state == DeviceState::suspended) return true;
  const bool is_watched = cell.is_lost() || cell.is_partitioned();
  const auto age = plan.steady - cell.looked_at;
  return age + tick_tolerance >= (is_watched ? sick_list_period : list_period);
}

void DriverFeed::describe_devices(const TickPlan& plan) {
  Asks asks;
  for (auto& cell : cells_) {
    if (!cell->is_attached || cell->is_waiting()) continue;
    const auto age = plan.steady - cell->described_at;
    const bool is_old =
        age + tick_tolerance >= description_period || (plan.all_tiers && age.count() > 0);
    const bool lacks = !cell->is_described || (plan.device_detail && !cell->has_all_facts);
    if (!lacks && !(is_old && cell->kept.state == DeviceState::ok)) continue;
    asks.push_back(make_ask(*cell, DeviceTask::describe));
    asks.back()->facts = plan.device_detail ? driver::Facts::all : driver::Facts::basic;
  }
  ask_devices(asks, plan);
  forget_found();
}

/// Forgets the GPUs missed in the list that are in it again. One that does not even say its name
/// is known by its place on the bus.
void DriverFeed::forget_found() {
  const auto is_same = [](const Device& device, const Device& absent) {
    if (device.uuid.is_known()) return device.uuid == absent.uuid;
    return device.pci_bus_id.is_known() && device.pci_bus_id == absent.pci_bus_id;
  };
  std::erase_if(absent_, [&](const Device& absent) {
    const auto found = std::find_if(cells_.begin(), cells_.end(), [&](const auto& cell) {
      return !cell->kept.is_instance() && is_same(cell->kept, absent);
    });
    if (found == cells_.end()) return false;
    auto& device = (*found)->kept;
    if (!device.uuid.is_known()) device.uuid = absent.uuid;
    if (!device.name.is_known()) device.name = absent.name;
    return true;
  });
}

void DriverFeed::read_devices(const TickPlan& plan, const WidePointer& last) {
  Asks asks;
  for (auto& cell : cells_) {
    if (!cell->is_described || cell->pending != nullptr || cell->is_served_late) continue;
    if (plan.all_tiers) cell->tiers.reset();
    auto ask = make_ask(*cell, DeviceTask::read);
    ask->asked = cell->tiers.find_due(plan.metrics, plan.steady);
    ask->device = cell->kept;
    asks.push_back(std::move(ask));
  }
  ask_devices(asks, plan, last);
}

/// A reading that hangs must not hide who is on the GPU.
bool DriverFeed::can_be_listed(const DeviceCell& cell) {
  const bool is_free = cell.pending == nullptr || cell.pending->task == DeviceTask::read;
  return cell.is_described && is_free && cell.pending_list == nullptr;
}

bool DriverFeed::are_lists_due(const TickPlan& plan) const {
  return plan.processes && (plan.all_tiers || plan.steady + tick_tolerance >= processes_due_);
}

void DriverFeed::read_processes(const TickPlan& plan, const WidePointer& last) {
  if (!plan.processes) {
    for (auto& cell : cells_) cell->processes = {{}, Missing::not_sampled, {}};
    processes_due_ = plan.steady;
    return;
  }
  Asks asks;
  for (auto& cell : cells_) {
    make_stale(cell->processes);
    if (can_be_listed(*cell)) {
      asks.push_back(make_ask(*cell, DeviceTask::list));
      asks.back()->asked = plan.metrics;
    }
  }
  const auto took = ask_devices(asks, plan, last);
  const auto pause = std::clamp(took * process_share, process_period, longest_process_period);
  processes_due_ = plan.steady + pause;
  has_new_rows_ = true;
}

/// Tells the stuck devices from the slow ones, and what is still true of them.
void DriverFeed::judge_silence(const TickPlan& plan) {
  const auto now = std::chrono::steady_clock::now();
  for (auto& cell : cells_) {
    const auto is_stuck = [&](const auto& ask) {
      return ask != nullptr && now - ask->progress.step_began() >= deadlines_.fast;
    };
    cell->is_stuck = is_stuck(cell->pending) || is_stuck(cell->pending_list);
    cell->fresh = cell->tiers.find_fresh(plan.steady);
  }
}

/// A device is not slow but dead to us where a call is stuck, or where not even its name came.
void DriverFeed::show_silence(Device& device, const DeviceCell& cell) const {
  if (cell.is_stuck || pending_ != nullptr) {
    device.state = DeviceState::timed_out;
    device.state_detail = "a call to the driver did not come back within its deadline";
  } else if (!cell.is_described) {
    device.state = DeviceState::timed_out;
    device.state_detail = "answers too slowly to be described in time";
  }
  if (!cell.is_described) fill_gaps(device, Missing::timed_out);
  fill(device, Missing::timed_out, cell.fresh);
  if (cell.read_at != ticked_at_) device.clock_limits = Missing::timed_out;
}

Device DriverFeed::present(const DeviceCell& cell, const MetricSet& wanted) const {
  auto device = cell.kept;
  cell.rates.fill(device);
  device.index = cell.listed.index;
  device.driver = status_.name;
  if (life_ == Life::resting) {
    show_rest(device);
  } else if (life_ != Life::running) {
    device.state = DeviceState::unknown;
    device.state_detail = status_.error ? status_.error->message : "the driver is down";
    fill(device, Missing::driver_down, {});
  } else if (cell.is_silent() || pending_ != nullptr) {
    show_silence(device, cell);
  }
  mask(device, wanted);
  device.processes_complete = cell.processes.complete;
  show_errors(device, cell);
  return device;
}

/// What was said of values that are missing for another reason by now is old.
void DriverFeed::show_errors(Device& device, const DeviceCell& cell) {
  std::erase_if(device.errors, [&](const DriverError& error) {
    const auto metric = find_metric(error.what);
    return metric && row_of(*metric).scope == Scope::device &&
           device.readings[*metric] != Reading{Missing::driver_error};
  });
  if (device.state != DeviceState::ok && device.state != DeviceState::timed_out) {
    device.errors.clear();
    return;
  }
  for (const auto* more : {&cell.described_errors, &cell.processes.errors}) {
    device.errors.insert(device.errors.end(), more->begin(), more->end());
  }
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
    device.processes_complete = Missing::device_lost;
    device.errors.clear();
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
