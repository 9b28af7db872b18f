// SPDX-License-Identifier: Apache-2.0
// What is kept about one device between ticks, and which of its metrics are due. Knows no threads.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "driver/driver.hpp"
#include "gander/device.hpp"

namespace gander::sample {

/// When each metric of one device was last read, and which have an answer.
class TierClock {
 public:
  /// What of `wanted` is to be read now: what is due by its tier, and what was never read.
  [[nodiscard]] MetricSet find_due(const MetricSet& wanted, std::chrono::nanoseconds now) const;
  /// Notes that `asked` was read into `device` at `now`. What failed for a reason that may pass
  /// is asked again at the next tick.
  void note(const MetricSet& asked, const Device& device, std::chrono::nanoseconds now);
  /// What needs no reading to be shown at `now`: read just now, or before and not due since.
  [[nodiscard]] MetricSet find_fresh(std::chrono::nanoseconds now) const;
  /// Everything is due again.
  void reset() { *this = TierClock{}; }

 private:
  [[nodiscard]] bool is_due(const MetricRow& row, std::chrono::nanoseconds now) const;

  struct Stamp {
    std::chrono::nanoseconds at = never;
  };
  static constexpr std::chrono::nanoseconds never{-1};
  std::array<Stamp, metric_count> read_{};
  MetricSet known_;
};

/// The metrics of devices, fans and links among `metrics`.
MetricSet find_device_metrics(const MetricSet& metrics);
/// Sets every reading of the device whose metric is not in `wanted` to `not_sampled`.
void mask(Device& device, const MetricSet& wanted);
/// Gives every reading of the device, its fans and links the same reason, those of `except` apart.
void fill(Device& device, Missing reason, const MetricSet& except);
/// Gives the links of `device`, described anew, the readings they had before.
void keep_link_readings(Device& device, const Device& before);

/// Gives `device`, of which only the basic facts were asked, the others that were known before.
void keep_facts(Device& device, const Device& before);

}  // namespace gander::sample
