// SPDX-License-Identifier: Apache-2.0
// How far a call of the seam has come, told while it runs: so that a call that hangs is told from
// one that is slow, and costs only what has not been answered. Knows no driver and no deadline.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>

#include "gander/metric.hpp"
#include "gander/reading.hpp"

namespace gander::driver {

/// Written by the thread that runs the call, read by whoever waits for it.
class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// When the newest call into the vendor's library began; the construction before the first.
  [[nodiscard]] Time step_began() const { return step_began_.load(std::memory_order_relaxed); }
  /// The metrics of the device read so far.
  [[nodiscard]] MetricSet answered() const;
  /// Copies the readings of `answered()` into `readings`; tells which these are.
  MetricSet copy_answers(DeviceReadings& readings) const;

  void note_step() {
    step_began_.store(std::chrono::steady_clock::now(), std::memory_order_relaxed);
  }
  void note_reading(Metric metric, const Reading& reading);

 private:
  std::atomic<Time> step_began_{std::chrono::steady_clock::now()};
  mutable std::mutex mutex_;
  MetricSet answered_;
  DeviceReadings readings_;
};

/// While it lives, calls of the seam made by this thread report to `progress`, which must outlive
/// it. Scopes nest.
class ProgressScope {
 public:
  explicit ProgressScope(Progress& progress);
  ProgressScope(const ProgressScope&) = delete;
  ProgressScope& operator=(const ProgressScope&) = delete;
  ~ProgressScope();

 private:
  Progress* before_;
};

/// For drivers: a call into the vendor's library begins now. Costs nothing where nobody watches.
void report_step();
/// For drivers: `metric`, of the device that is being read, is answered.
void report_reading(Metric metric, const Reading& reading);

}  // namespace gander::driver
