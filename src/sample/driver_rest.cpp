// SPDX-License-Identifier: Apache-2.0
// Letting go of a driver: because somebody asked for it, or so that GPUs that nobody uses can
// sleep; and coming back. It knows nothing of how a driver does that.
#include <algorithm>

#include "sample/driver_asks.hpp"

namespace gander::sample {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

/// How long all GPUs must do nothing before we let go of them. GPUs that can sleep are those of
/// laptops: there an open handle costs watts.
constexpr nanoseconds rest_after = seconds(10);
/// A GPU goes to sleep a few seconds after the last handle was closed. One that is still awake
/// then is held by somebody else, and is looked at again, for a long while.
constexpr nanoseconds longest_fall_asleep = seconds(20);
constexpr nanoseconds rest_pause = seconds(300);

/// A library may count the GPUs once, when it is started: one that was plugged in again is found
/// by starting it anew. Seldom, for drivers may forget counters of the others by that.
constexpr nanoseconds first_renewal = seconds(60);
constexpr nanoseconds renewal_pause = seconds(300);

bool is_doing_nothing(const Device& device) {
  if (device.state == DeviceState::suspended) return true;
  return device.state == DeviceState::ok &&
         device.readings[Metric::gpu_utilization] == Reading{0.0};
}

}  // namespace

bool DriverFeed::is_renewal_due(const TickPlan& plan) {
  const bool has_lost =
      !absent_.empty() || std::any_of(cells_.begin(), cells_.end(), [](const auto& cell) {
        return cell->kept.state == DeviceState::lost;
      });
  if (!has_lost) renew_at_.reset();
  if (has_lost && !renew_at_) renew_at_ = plan.steady + first_renewal;
  if (!renew_at_ || plan.steady < *renew_at_ || crew_.has_busy()) return false;
  renew_at_ = plan.steady + renewal_pause;
  return true;
}

/// Lets go of the driver as soon as no call is under way, and stays away.
void DriverFeed::stay_away(const TickPlan& plan) {
  if (life_ != Life::released) {
    life_ = Life::released;
    is_let_go_ = false;
    idle_since_.reset();
    status_.error = Error{Fault::driver_down, "released, but a call has not come back yet"};
    forget_processes(Missing::driver_down);
  }
  if (!is_let_go_ && !crew_.has_busy()) ask_driver(WideTask::release, plan);
}

void DriverFeed::accept_release() {
  if (life_ != Life::released) return;
  is_let_go_ = true;
  status_.error = Error{Fault::driver_down, "released"};
}

bool DriverFeed::is_idle() const {
  return !cells_.empty() && absent_.empty() &&
         std::all_of(cells_.begin(), cells_.end(), [](const auto& cell) {
           return !cell->is_silent() && is_doing_nothing(cell->kept) &&
                  cell->processes.rows.empty();
         });
}

/// Lets go of GPUs that could sleep but for us. Handles are the library's, not a GPU's: only where
/// every GPU could sleep is there anything to win.
void DriverFeed::consider_rest(const TickPlan& plan) {
  if (life_ != Life::running || pending_ != nullptr) return;
  if (!is_idle()) {
    idle_since_.reset();
    return;
  }
  if (!idle_since_) idle_since_ = plan.steady;
  const bool is_due = plan.steady - *idle_since_ + tick_tolerance >= rest_after;
  if (!is_due || plan.steady < rest_again_ || crew_.has_busy()) return;
  if (!ask_driver(WideTask::power, plan)) return;
  if (power_ == driver::Power::awake) begin_rest(plan);
}

void DriverFeed::begin_rest(const TickPlan& plan) {
  if (!ask_driver(WideTask::release, plan)) return;
  life_ = Life::resting;
  rested_at_ = plan.steady;
  has_slept_ = false;
  idle_since_.reset();
  forget_processes(Missing::suspended);
}

/// Watches sleeping GPUs without touching them; comes back where somebody woke one.
void DriverFeed::rest(const TickPlan& plan) {
  if (crew_.has_busy() || !ask_driver(WideTask::power, plan)) return;
  if (power_ == driver::Power::asleep) {
    has_slept_ = true;
    return;
  }
  const bool is_failure = !has_slept_ && plan.steady - rested_at_ >= longest_fall_asleep;
  if (!has_slept_ && !is_failure && power_ == driver::Power::awake) return;
  if (is_failure) rest_again_ = plan.steady + rest_pause;
  life_ = Life::down;
  ask_driver(WideTask::reacquire, plan);
}

void DriverFeed::show_rest(Device& device) const {
  device.state = DeviceState::suspended;
  device.state_detail = has_slept_ ? "sleeps to save power; asking it would wake it"
                                   : "does nothing; let go of, so that it can sleep";
  device.clock_limits = Missing::suspended;
  fill(device, Missing::suspended, {});
}

}  // namespace gander::sample
