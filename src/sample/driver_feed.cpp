// SPDX-License-Identifier: Apache-2.0
// The life of one driver: opening, listing, going down, back-off and coming back.
#include "sample/driver_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "sample/driver_asks.hpp"

namespace gander::sample {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

/// Calls that concern no single device.
constexpr Lane driver_lane = 0;
/// How long to wait before trying again to open a driver, after each failure in a row.
constexpr std::array back_off{seconds(1), seconds(2), seconds(5), seconds(15), seconds(60)};

std::ptrdiff_t count_gpus(const std::vector<driver::ListedDevice>& list) {
  return std::count_if(list.begin(), list.end(),
                       [](const auto& listed) { return !listed.index.instance.has_value(); });
}

}  // namespace

void DriverFeed::WideAsk::run(driver::Driver& driver) {
  if (task == WideTask::pause) {
    driver.pause();
    is_finished = true;
    return;
  }
  if (task == WideTask::power) {
    power = driver.power();
    is_finished = true;
    return;
  }
  if (task == WideTask::release) driver.release();
  if (task == WideTask::open) opened = driver.open();
  if (task == WideTask::reacquire) {
    driver.release();
    opened = driver.reacquire();
  }
  const bool has_list = task != WideTask::report && task != WideTask::release;
  if (has_list && opened.has_value()) listed = driver.devices();
  if (task == WideTask::report) {
    events = driver.events();
    is_list_stale = driver.is_list_stale();
    cost = driver.cost();
  }
  status = driver.status();
  is_finished = true;
}

DriverFeed::DriverFeed(std::unique_ptr<driver::Driver> driver, const Deadlines& deadlines)
    : driver_(std::move(driver)), deadlines_(deadlines) {
  status_.name = driver_->name();
  health_.name = driver_->name();
}

DriverFeed::~DriverFeed() = default;

void DriverFeed::tick(const TickPlan& plan) {
  has_new_rows_ = false;
  is_paused_ = false;
  collect_late(plan);
  if (pending_ == nullptr) keep_alive(plan);
  const auto list_anew = [&] {
    if (std::exchange(is_list_stale_, false)) ask_driver(WideTask::list, plan);
  };
  if (life_ == Life::running && pending_ == nullptr) {
    list_anew();
    if (life_ == Life::running && pending_ == nullptr) attach_devices(plan);
    if (life_ == Life::running && pending_ == nullptr) list_anew();
  }
  if (life_ == Life::running && pending_ == nullptr) {
    describe_devices(plan);
    read_all(plan);
    consider_rest(plan);
  }
  judge_silence(plan);
  judge_health(plan);
  ticked_at_ = plan.steady;
  has_ticked_ = true;
}

void DriverFeed::pause() {
  if (is_paused_ || life_ != Life::running) return;
  if (pending_ != nullptr || crew_.is_busy(driver_lane)) return;
  is_paused_ = true;
  auto ask = std::make_shared<WideAsk>();
  ask->task = WideTask::pause;
  std::vector<Call> calls;
  calls.push_back(
      {driver_lane, [ask, driver = driver_] { ask->run(*driver); }, deadlines_.process});
  crew_.run(std::move(calls));
}

void DriverFeed::collect_late(const TickPlan& plan) {
  if (pending_ != nullptr && !crew_.is_busy(driver_lane)) {
    const auto late = std::exchange(pending_, nullptr);
    if (late->is_finished) accept(*late, plan);
  }
  for (auto& cell : cells_) {
    cell->is_served_late = false;
    const bool has_list = cell->pending_list != nullptr && !crew_.is_busy(cell->list_lane);
    if (has_list) take_late(*cell, std::exchange(cell->pending_list, nullptr), plan);
    if (cell->pending == nullptr || crew_.is_busy(cell->lane)) continue;
    cell->tiers.reset();
    take_late(*cell, std::exchange(cell->pending, nullptr), plan);
  }
}

void DriverFeed::take_late(DeviceCell& cell, const std::shared_ptr<DeviceAsk>& late,
                           const TickPlan& plan) {
  cell.is_timed_out = false;
  const bool has_age =
      late->task == DeviceTask::read || late->task == DeviceTask::list;  // the rest stays true
  const bool is_fresh = !has_age || late->took <= 2 * deadlines_.device;
  if (!late->is_finished || !is_fresh || late->handle != cell.listed.handle) return;
  accept(cell, *late, plan);
  cell.is_served_late = cell.is_served_late || late->task == DeviceTask::read;
}

/// Opens, reopens or lists, whichever is due. Listing asks no device, so it need not wait for one
/// that hangs; reopening must.
void DriverFeed::keep_alive(const TickPlan& plan) {
  if (plan.is_released) return stay_away(plan);
  if (life_ == Life::released) {
    life_ = was_opened_ ? Life::down : Life::closed;
    failures_ = 0;
  }
  if (life_ == Life::resting) return rest(plan);
  if (life_ == Life::running) {
    if (is_renewal_due(plan)) {
      ask_driver(WideTask::reacquire, plan);
      return;
    }
    if (!is_listing_due(plan)) return;
    ask_driver(WideTask::list, plan);
    return;
  }
  if (crew_.has_busy()) return;
  if (failures_ == 0 || plan.steady + tick_tolerance >= retry_at_) {
    ask_driver(was_opened_ ? WideTask::reacquire : WideTask::open, plan);
  }
}

bool DriverFeed::is_listing_due(const TickPlan& plan) const {
  const bool is_sick =
      !absent_.empty() || std::any_of(cells_.begin(), cells_.end(), [](auto& cell) {
        return cell->is_lost() || cell->is_partitioned();
      });
  return plan.steady - listed_at_ + tick_tolerance >= (is_sick ? sick_list_period : list_period);
}

std::chrono::milliseconds DriverFeed::wide_deadline() const {
  return has_ticked_ ? std::min(deadlines_.open, deadlines_.process) : deadlines_.open;
}

Call DriverFeed::make_call(const WidePointer& ask) const {
  const auto deadline = ask->task == WideTask::report ? deadlines_.fast : wide_deadline();
  return {driver_lane, [ask, driver = driver_] { ask->run(*driver); }, deadline};
}

/// Whether the call came back in time.
bool DriverFeed::take(const WidePointer& ask, Outcome outcome, const TickPlan& plan) {
  if (outcome == Outcome::done) {
    accept(*ask, plan);
    return true;
  }
  ++overruns_;
  pending_ = ask;
  status_.error =
      Error{Fault::timed_out, fmt::format("driver {} did not answer within {} ms", status_.name,
                                          make_call(ask).deadline.count())};
  return false;
}

bool DriverFeed::ask_driver(WideTask task, const TickPlan& plan) {
  auto ask = std::make_shared<WideAsk>();
  ask->task = task;
  std::vector<Call> calls;
  calls.push_back(make_call(ask));
  return take(ask, crew_.run(std::move(calls)).front(), plan);
}

/// What is due of each tick. The report comes last, and by the way of the last question: each way
/// to the worker and back costs more than most answers. A single look asks for it when all is
/// there, however slow.
void DriverFeed::read_all(const TickPlan& plan) {
  auto report = std::make_shared<WideAsk>();
  report->task = WideTask::report;
  const bool has_lists = are_lists_due(plan);
  const auto last = plan.all_tiers ? nullptr : report;
  read_devices(plan, has_lists ? nullptr : last);
  if (has_lists || !plan.processes) read_processes(plan, has_lists ? last : nullptr);
  if (last == nullptr) ask_driver(WideTask::report, plan);
}

void DriverFeed::accept(const WideAsk& ask, const TickPlan& plan) {
  power_ = ask.power;
  if (ask.task == WideTask::power) {
    if (life_ == Life::resting) status_.error.reset();
    return;
  }
  if (ask.task == WideTask::release) return accept_release();
  if (life_ == Life::released) return;  // late: it comes before the release
  status_ = ask.status;
  status_.name = driver_->name();
  switch (ask.task) {
    case WideTask::open:
    case WideTask::reacquire:
    case WideTask::list:
      return accept_opening(ask, plan);
    case WideTask::report:
      return accept_report(ask, plan);
    case WideTask::release:
    case WideTask::power:
    case WideTask::pause:
      return;
  }
}

void DriverFeed::accept_opening(const WideAsk& ask, const TickPlan& plan) {
  if (!ask.opened) return go_down(ask.opened.error(), plan);
  was_opened_ = true;
  if (!ask.listed.has_value()) return;
  if (!*ask.listed) return go_down(ask.listed->error(), plan);
  if (life_ == Life::down) {
    for (auto& cell : cells_) {
      cell->is_described = false;
      cell->has_all_facts = false;
      cell->tiers.reset();
    }
  }
  life_ = Life::running;
  status_.error.reset();
  listed_at_ = plan.steady;
  take_list(**ask.listed, plan);
}

void DriverFeed::accept_report(const WideAsk& ask, const TickPlan& plan) {
  driver_errors_ = ask.cost.errors;
  is_list_stale_ = is_list_stale_ || ask.is_list_stale;
  for (auto event : ask.events) {
    if (event.source.empty()) event.source = status_.name;
    events_.push_back(std::move(event));
  }
  if (status_.error) return go_down(Error{*status_.error}, plan);
  failures_ = 0;
}

void DriverFeed::go_down(const Error& error, const TickPlan& plan) {
  life_ = was_opened_ ? Life::down : Life::closed;
  status_.error = error;
  retry_at_ = plan.steady + back_off[std::min(failures_, back_off.size() - 1)];
  ++failures_;
  forget_processes(Missing::driver_down);
}

void DriverFeed::forget_processes(Missing reason) {
  has_new_rows_ = true;
  for (auto& cell : cells_) {
    cell->processes = {};
    cell->processes.complete = reason;
  }
}

/// Keeps the cells of handles that are still valid, and the GPUs that vanished as lost ones.
void DriverFeed::take_list(const std::vector<driver::ListedDevice>& list, const TickPlan& plan) {
  std::vector<std::unique_ptr<DeviceCell>> cells;
  // Where a GPU came or went, the others have other places.
  const auto gpus_before = std::count_if(cells_.begin(), cells_.end(), [](const auto& cell) {
    return !cell->listed.index.instance.has_value();
  });
  is_look_due_ = is_look_due_ || (gpus_before > 0 && gpus_before != count_gpus(list));
  for (const auto& listed : list) {
    const auto old = std::find_if(cells_.begin(), cells_.end(), [&](const auto& cell) {
      return cell != nullptr && cell->listed.handle == listed.handle;
    });
    if (old != cells_.end()) {
      cells.push_back(std::move(*old));
    } else {
      cells.push_back(std::make_unique<DeviceCell>());
      cells.back()->lane = next_lane_++;
      cells.back()->list_lane = next_lane_++;
      cells.back()->processes.complete = Missing::not_sampled;
      cells.back()->looked_at = plan.steady;
    }
    auto& cell = *cells.back();
    cell.listed = listed;
    if (std::exchange(cell.has_news, false)) cell.is_described = cell.has_all_facts = false;
    cell.is_attached = listed.is_attached;
    if (!cell.is_described) cell.kept = listed.outline;
  }
  std::erase(cells_, nullptr);
  for (auto& cell : cells_) {
    if (cell->is_described && !cell->kept.is_instance() && cell->kept.uuid.is_known()) {
      absent_.push_back(present(*cell, MetricSet::all()));
    }
  }
  if (!cells_.empty()) crew_.dismiss_idle();
  cells_ = std::move(cells);
  processes_due_ = plan.steady;
}

std::vector<Event> DriverFeed::take_events() { return std::exchange(events_, {}); }

std::string DriverFeed::name_gaps() const {
  std::string gaps;
  const auto add = [&gaps](std::string_view text) {
    if (!gaps.empty()) gaps += "; ";
    gaps += text;
  };
  const auto is_sick = [](const auto& cell) {
    if (cell->kept.state != DeviceState::ok) return true;
    return cell->is_silent() && (cell->is_stuck || !cell->is_described);
  };
  const auto sick = std::count_if(cells_.begin(), cells_.end(), is_sick);
  const auto absent = static_cast<std::ptrdiff_t>(absent_.size());
  if (sick + absent > 0) {
    add(fmt::format("{} of {} device{} not answering as expected", sick + absent,
                    cells_.size() + absent_.size(),
                    cells_.size() + absent_.size() == 1 ? "" : "s"));
  }
  const auto slow = std::count_if(cells_.begin(), cells_.end(), [&](const auto& cell) {
    return cell->is_silent() && !is_sick(cell);
  });
  if (slow > 0) add(fmt::format("{} of {} devices answer slowly", slow, cells_.size()));
  const auto erring = std::count_if(cells_.begin(), cells_.end(), [](const auto& cell) {
    return !cell->kept.errors.empty() || !cell->described_errors.empty() ||
           !cell->processes.errors.empty();
  });
  if (erring > 0) {
    add(fmt::format("the driver answers with errors for {} of {} device{}", erring, cells_.size(),
                    cells_.size() == 1 ? "" : "s"));
  }
  const auto hidden = std::count_if(cells_.begin(), cells_.end(), [](const auto& cell) {
    const auto& complete = cell->processes.complete;
    return complete != Known<bool>{true} && complete != Known<bool>{Missing::not_sampled};
  });
  if (hidden > 0) {
    add(fmt::format("{} device{} may not name all processes", hidden, hidden == 1 ? "" : "s"));
  }
  return gaps;
}

void DriverFeed::judge_health(const TickPlan& plan) {
  health_.errors = driver_errors_ + overruns_;
  if (status_.error) {
    health_.completeness = Completeness::none;
    health_.detail = status_.error->message;
    return;
  }
  health_.last_success = plan.wall;
  health_.detail = name_gaps();
  health_.completeness = health_.detail.empty() ? Completeness::complete : Completeness::partial;
}

}  // namespace gander::sample
