// SPDX-License-Identifier: Apache-2.0
// The machine's own clocks.
#include "os/clock.hpp"

#include <array>
#include <cmath>
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

namespace {

std::string write_local(double unix_seconds, const char* form) {
  const auto seconds = static_cast<std::time_t>(std::floor(unix_seconds));
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return {};
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), form, &parts);
  return {text.data(), length};
}

}  // namespace

std::string local_time(double unix_seconds) {
  return write_local(unix_seconds, "%a %b %d %H:%M:%S %Y");
}

std::string local_date_time(double unix_seconds) {
  return write_local(unix_seconds, "%Y-%m-%d %H:%M:%S");
}

}  // namespace gander::os
