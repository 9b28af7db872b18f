// SPDX-License-Identifier: Apache-2.0
// Bodies of rates.hpp.
#include "sample/rates.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sample/derive.hpp"

namespace gander::sample {
namespace {

using std::chrono::nanoseconds;

constexpr std::array device_pairs{
    RatePair{Metric::pcie_transmit_total, Metric::pcie_transmit_rate},
    RatePair{Metric::pcie_receive_total, Metric::pcie_receive_rate},
    RatePair{Metric::nvlink_transmit_total, Metric::nvlink_transmit_rate},
    RatePair{Metric::nvlink_receive_total, Metric::nvlink_receive_rate}};
constexpr std::array link_pairs{RatePair{Metric::link_transmit_total, Metric::link_transmit_rate},
                                RatePair{Metric::link_receive_total, Metric::link_receive_rate}};

/// Over less than this a rate is noise; a mean over more than this says nothing about now.
constexpr nanoseconds shortest_interval = std::chrono::milliseconds(50);
constexpr nanoseconds longest_interval = std::chrono::minutes(10);

template <class Visit>
void visit_pairs(Visit visit) {
  std::for_each(device_pairs.begin(), device_pairs.end(), visit);
  std::for_each(link_pairs.begin(), link_pairs.end(), visit);
}

/// What the driver says counts where it says something; then the rate of its counter.
Reading choose(const Reading& given, const Reading& counter, const CounterRate* derived) {
  if (given.is_known()) return given;
  const bool was_refused = given.reason() != Missing::not_sampled;
  if (!counter.is_known()) return was_refused ? given : Reading{counter.reason()};
  return derived != nullptr ? derived->rate() : given;
}

}  // namespace

bool is_derived_rate(Metric metric) {
  bool is_one = false;
  visit_pairs([&](const RatePair& pair) { is_one = is_one || pair.rate == metric; });
  return is_one;
}

MetricSet with_counters(MetricSet wanted) {
  visit_pairs([&](const RatePair& pair) {
    if (wanted.contains(pair.rate)) wanted.insert(pair.total);
  });
  return wanted;
}

void CounterRate::note(const Reading& counter, nanoseconds at) {
  if (!counter.is_known()) {
    rate_ = counter.reason();
    return;
  }
  const auto interval = at - before_at_;
  if (before_.is_known() && interval < shortest_interval) return;
  const auto growth =
      interval <= longest_interval ? find_growth(before_, counter) : std::optional<double>{};
  rate_ = growth ? Reading{*growth / std::chrono::duration<double>(interval).count()}
                 : Reading{Missing::no_data};
  before_ = counter;
  before_at_ = at;
}

void DeviceRates::note(const MetricSet& asked, const Device& device, nanoseconds at) {
  for (const auto& pair : device_pairs) {
    if (!asked.contains(pair.total)) continue;
    rates_[{std::nullopt, pair.rate}].note(device.readings[pair.total], at);
  }
  for (const auto& link : device.links) {
    for (const auto& pair : link_pairs) {
      if (!asked.contains(pair.total)) continue;
      rates_[{link.number, pair.rate}].note(link.readings[pair.total], at);
    }
  }
}

void DeviceRates::fill(Device& device) const {
  const auto find = [this](const Key& key) {
    const auto found = rates_.find(key);
    return found == rates_.end() ? nullptr : &found->second;
  };
  for (const auto& pair : device_pairs) {
    auto& rate = device.readings[pair.rate];
    rate = choose(rate, device.readings[pair.total], find({std::nullopt, pair.rate}));
  }
  for (auto& link : device.links) {
    for (const auto& pair : link_pairs) {
      auto& rate = link.readings[pair.rate];
      rate = choose(rate, link.readings[pair.total], find({link.number, pair.rate}));
    }
  }
}

}  // namespace gander::sample
