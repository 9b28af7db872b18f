// SPDX-License-Identifier: Apache-2.0
// A window over a vector: what leaves at its front is removed now and then.
#include "tui/widget/series.hpp"

#include <cassert>
#include <cmath>
#include <limits>

namespace gander::tui {
namespace {

/// Room is made for so many samples at a time: doubling would leave half of it empty.
constexpr std::size_t growth = 64;
constexpr float gap = std::numeric_limits<float>::quiet_NaN();

}  // namespace

Series::Series(std::initializer_list<std::optional<float>> samples) {
  for (const auto& sample : samples) push_back(sample);
}

std::optional<float> Series::operator[](std::size_t place) const {
  assert(place < size());
  const float sample = samples_[first_ + place];
  return std::isnan(sample) ? std::nullopt : std::optional{sample};
}

void Series::push_back(std::optional<float> sample) {
  if (samples_.size() == samples_.capacity()) samples_.reserve(samples_.size() + growth);
  samples_.push_back(sample.value_or(gap));
}

void Series::replace_back(std::optional<float> sample) {
  assert(!empty());
  samples_.back() = sample.value_or(gap);
}

void Series::pop_front() {
  assert(!empty());
  if (++first_ < growth / 2) return;
  samples_.erase(samples_.begin(), samples_.begin() + first_);
  first_ = 0;
}

}  // namespace gander::tui
