// SPDX-License-Identifier: Apache-2.0
// The machine's own clocks.
#include "os/clock.hpp"

#include <ctime>

namespace gander::os {
namespace {

std::chrono::nanoseconds now(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds steady() const override { return now(CLOCK_MONOTONIC); }
  [[nodiscard]] std::chrono::nanoseconds wall() const override { return now(CLOCK_REALTIME); }
  [[nodiscard]] std::chrono::nanoseconds boot() const override { return now(CLOCK_BOOTTIME); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace gander::os
