// SPDX-License-Identifier: Apache-2.0
// Numbers in 16 bits: a sign, six bits of exponent, nine of fraction.
#include "tui/widget/series.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace gander::tui {
namespace {

constexpr int fraction_bits = 9;
constexpr std::uint32_t fraction_end = 1U << fraction_bits;
constexpr int exponents = 64;
/// What is added to the exponent of a number to make it positive.
constexpr int exponent_bias = 21;
constexpr std::uint32_t sign_bit = 0x8000;
/// Minus zero, which nothing else needs.
constexpr std::uint16_t gap = sign_bit;
constexpr std::uint32_t largest = sign_bit - 1;
/// Room is made for a minute, then for ten: hundreds of series that grow little by little, side by
/// side, would leave as many holes in the heap as they fill.
constexpr std::size_t first_room = 64;
constexpr std::size_t room = 640;
/// So many that were dropped are still kept.
constexpr std::uint32_t most_dropped = 32;

std::uint16_t pack(std::optional<float> sample) {
  if (!sample || std::isnan(*sample)) return gap;
  if (std::isinf(*sample))
    return static_cast<std::uint16_t>(*sample < 0 ? sign_bit | largest : largest);
  int exponent = 0;
  // In [0.5, 1), and so with its highest bit set.
  const float part = std::frexp(std::abs(*sample), &exponent);
  const auto rounded = static_cast<std::uint32_t>(std::lround(part * 2 * fraction_end));
  // Rounding up to the next power of two carries into the exponent, as it should.
  const std::int64_t bits =
      std::int64_t{exponent + exponent_bias} * fraction_end + rounded - fraction_end;
  if (part == 0 || bits < static_cast<std::int64_t>(fraction_end)) return 0;
  const auto size = static_cast<std::uint32_t>(std::min<std::int64_t>(bits, largest));
  return static_cast<std::uint16_t>(size | (*sample < 0 ? sign_bit : 0));
}

std::optional<float> unpack(std::uint16_t bits) {
  if (bits == gap) return std::nullopt;
  const std::uint32_t size = bits & largest;
  if (size == 0) return 0.0F;
  const auto part = static_cast<float>(fraction_end + size % fraction_end) / (2 * fraction_end);
  const float value = std::ldexp(part, static_cast<int>(size / fraction_end) - exponent_bias);
  return (bits & sign_bit) != 0 ? -value : value;
}
static_assert(exponents * fraction_end == sign_bit);

}  // namespace

Series::Series(std::initializer_list<std::optional<float>> samples) {
  for (const auto& sample : samples) push_back(sample);
}

std::optional<float> Series::operator[](std::size_t place) const {
  assert(place < size());
  const std::uint16_t bits = samples_[first_ + place];
  if (place + 1 == size() && bits != gap) return newest_;
  return unpack(bits);
}

void Series::push_back(std::optional<float> sample) {
  if (samples_.size() == samples_.capacity()) {
    samples_.reserve(samples_.empty() ? first_room : samples_.size() / room * room + room);
  }
  samples_.push_back(pack(sample));
  newest_ = sample.value_or(0);
}

void Series::replace_back(std::optional<float> sample) {
  assert(!empty());
  samples_.back() = pack(sample);
  newest_ = sample.value_or(0);
}

void Series::pop_front() {
  assert(!empty());
  if (++first_ < most_dropped) return;
  samples_.erase(samples_.begin(), samples_.begin() + first_);
  first_ = 0;
}

}  // namespace gander::tui
