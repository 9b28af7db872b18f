// SPDX-License-Identifier: Apache-2.0
// Keeps for each thread whom its calls report to.
#include "driver/progress.hpp"

#include <utility>

namespace gander::driver {
namespace {

thread_local Progress* watched = nullptr;

}  // namespace

MetricSet Progress::answered() const {
  const std::lock_guard lock{mutex_};
  return answered_;
}

MetricSet Progress::copy_answers(DeviceReadings& readings) const {
  const std::lock_guard lock{mutex_};
  for (const MetricRow& row : rows_of(Scope::device)) {
    if (answered_.contains(row.id)) readings[row.id] = readings_[row.id];
  }
  return answered_;
}

void Progress::note_reading(Metric metric, const Reading& reading) {
  const std::lock_guard lock{mutex_};
  readings_[metric] = reading;
  answered_.insert(metric);
}

ProgressScope::ProgressScope(Progress& progress) : before_(std::exchange(watched, &progress)) {}

ProgressScope::~ProgressScope() { watched = before_; }

void report_step() {
  if (watched != nullptr) watched->note_step();
}

void report_reading(Metric metric, const Reading& reading) {
  if (watched != nullptr) watched->note_reading(metric, reading);
}

}  // namespace gander::driver
