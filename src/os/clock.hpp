// SPDX-License-Identifier: Apache-2.0
// The clocks of the machine, behind an interface so that tests turn them by hand.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace gander::os {

/// Tells the time.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  /// Never goes back; for intervals.
  [[nodiscard]] virtual std::chrono::nanoseconds steady() const = 0;
  /// Since the epoch (CLOCK_REALTIME).
  [[nodiscard]] virtual std::chrono::nanoseconds wall() const = 0;
  /// Since boot, suspended time included (CLOCK_BOOTTIME): the time in which processes start.
  [[nodiscard]] virtual std::chrono::nanoseconds boot() const = 0;
};

/// The machine's own clocks.
const Clock& system_clock();

/// A moment as people here write it: `Sat Nov 21 18:57:26 2026`, in the machine's time zone and the
/// words of the C locale. Empty where the system knows no such moment.
std::string local_time(double unix_seconds);
/// The same as `2026-11-21 18:57:26`.
std::string local_date_time(double unix_seconds);

/// A clock that a test turns, while threads of what it tests read it.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds steady() const override { return steady_; }
  [[nodiscard]] std::chrono::nanoseconds wall() const override { return wall_; }
  [[nodiscard]] std::chrono::nanoseconds boot() const override { return boot_; }
  void set_wall(std::chrono::nanoseconds wall) { wall_ = wall; }
  void advance(std::chrono::nanoseconds by) {
    for (auto* time : {&steady_, &wall_, &boot_}) *time = time->load() + by;
  }

 private:
  using Time = std::atomic<std::chrono::nanoseconds>;
  Time steady_{std::chrono::seconds{1000}};
  Time wall_{std::chrono::seconds{1'700'000'000}};
  Time boot_{std::chrono::seconds{1000}};
};

}  // namespace gander::os
