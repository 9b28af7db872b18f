// SPDX-License-Identifier: Apache-2.0
// The numbers of one thing: one reading for each metric of its scope.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>

#include "gander/known.hpp"
#include "gander/metric.hpp"

namespace gander {

/// A number in the base unit of its metric, or the reason there is none. Never NaN or infinite.
using Reading = Known<double>;

/// `part` of `whole`; the reason where one is unknown, `not_supported` where the whole is nothing.
Reading share(const Reading& part, const Reading& whole);

/// One reading for each metric of scope `S`, found by the metric itself; all start `not_sampled`.
template <Scope S>
class Readings {
 public:
  static constexpr std::size_t size = count_metrics(S);

  Reading& operator[](Metric metric) { return values_[place(metric)]; }
  const Reading& operator[](Metric metric) const { return values_[place(metric)]; }
  /// Gives every reading of the scope the same reason, for instance `device_lost`.
  void fill(Missing reason) { values_.fill(Reading{reason}); }
  friend bool operator==(const Readings&, const Readings&) = default;

 private:
  static std::size_t place(Metric metric) {
    assert(row_of(metric).scope == S);
    return static_cast<std::size_t>(metric) - static_cast<std::size_t>(first_metric(S));
  }
  std::array<Reading, size> values_{};
};

using DeviceReadings = Readings<Scope::device>;
using FanReadings = Readings<Scope::fan>;
using LinkReadings = Readings<Scope::link>;
using HostReadings = Readings<Scope::host>;
using ProcessReadings = Readings<Scope::process>;
using UseReadings = Readings<Scope::use>;

}  // namespace gander
