// SPDX-License-Identifier: Apache-2.0
// Rates of the counters of one device, from two readings that were really made. Knows no threads
// and no driver.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include "gander/device.hpp"
#include "gander/metric.hpp"

namespace gander::sample {

/// A counter and the rate made from it, both of one scope.
struct RatePair {
  Metric total;
  Metric rate;
};

/// Whether the metric is made here, unless a driver gives it by itself.
bool is_derived_rate(Metric metric);
/// `wanted` and the counters that its rates are made of.
MetricSet with_counters(MetricSet wanted);

/// One counter between two readings.
class CounterRate {
 public:
  /// Takes note of what the counter was at `at` (steady). The rate is `no_data` at a first reading
  /// and for one interval after the counter fell: it was started anew or has wrapped, and how wide
  /// it is nobody says. A reading that failed gives its reason, and the next rate spans the gap.
  void note(const Reading& counter, std::chrono::nanoseconds at);
  [[nodiscard]] const Reading& rate() const { return rate_; }

 private:
  Reading before_;
  std::chrono::nanoseconds before_at_{};
  Reading rate_{Missing::no_data};
};

/// All rates of one device and its links. They stay until the counters are read again.
class DeviceRates {
 public:
  /// Takes note of the counters among `asked`, which were read into `device` at `at` (steady).
  void note(const MetricSet& asked, const Device& device, std::chrono::nanoseconds at);
  /// Fills the rates of `device`, those apart that its driver measured itself.
  void fill(Device& device) const;
  /// The counters may have been started anew: the next reading is a first one.
  void reset() { rates_.clear(); }

 private:
  /// Of a link, or of the device itself.
  using Key = std::pair<std::optional<std::uint32_t>, Metric>;
  std::map<Key, CounterRate> rates_;
};

}  // namespace gander::sample
