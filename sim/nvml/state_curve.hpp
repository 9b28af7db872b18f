// SPDX-License-Identifier: Apache-2.0
// Values over simulated time, as a machine's description gives them and every reader computes them
// alike. It must not know what the values are of.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numbers>

namespace gander::sim {

inline constexpr std::size_t max_steps = 8;

template <std::size_t N>
using Text = std::array<char, N>;

/// Copies `from` (cut to fit) into a fixed, always terminated text.
template <std::size_t N>
void set_text(Text<N>& to, const char* from) {
  const std::size_t length = std::min(std::strlen(from), N - 1);
  to.fill('\0');
  std::memcpy(to.data(), from, length);
}

/// From `at_ns` (simulated time) on, `value` replaces the base of a curve.
struct Step {
  std::int64_t at_ns;
  double value;
};

/// A value over simulated time: base (or the last step passed) + sine + seeded noise, then clamped.
/// `maximum` below or equal to `minimum` means "not clamped above zero": only negatives become 0.
struct Curve {
  double base;
  double amplitude;      ///< of the sine, same unit as base
  double period_s;       ///< 0: no sine
  double phase;          ///< in turns, 0…1
  double noise;          ///< uniform in ±noise, a new draw every `noise_every_s`
  double noise_every_s;  ///< 0 means 1 s
  double minimum;
  double maximum;
  std::uint64_t seed;
  std::uint32_t step_count;
  std::uint32_t reserved;
  std::array<Step, max_steps> steps;  ///< ascending in at_ns
};

/// Uniform in [-1, 1], the same for the same seed and index on every machine (splitmix64).
[[nodiscard]] inline double noise_at(std::uint64_t seed, std::int64_t index) {
  std::uint64_t z = seed + static_cast<std::uint64_t>(index) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) / 4503599627370496.0 - 1.0;
}

/// The base of a curve at `t_ns`, steps considered.
[[nodiscard]] inline double base_at(const Curve& curve, std::int64_t t_ns) {
  double base = curve.base;
  const std::size_t count = std::min<std::size_t>(curve.step_count, max_steps);
  for (std::size_t i = 0; i < count && curve.steps[i].at_ns <= t_ns; ++i)
    base = curve.steps[i].value;
  return base;
}

/// The value of a curve at `t_ns`: pure, the same in library, launcher and tests.
[[nodiscard]] inline double value_at(const Curve& curve, std::int64_t t_ns) {
  const double seconds = static_cast<double>(t_ns) / 1e9;
  double value = base_at(curve, t_ns);
  if (curve.period_s > 0)
    value +=
        curve.amplitude * std::sin(2 * std::numbers::pi * (seconds / curve.period_s + curve.phase));
  if (curve.noise > 0) {
    const double every = curve.noise_every_s > 0 ? curve.noise_every_s : 1.0;
    value +=
        curve.noise * noise_at(curve.seed, static_cast<std::int64_t>(std::floor(seconds / every)));
  }
  if (curve.maximum > curve.minimum) value = std::clamp(value, curve.minimum, curve.maximum);
  return std::isfinite(value) ? std::max(value, 0.0) : 0.0;
}

/// `value_at` rounded to the nearest whole number, as the driver's integers are.
[[nodiscard]] inline std::uint64_t whole_at(const Curve& curve, std::int64_t t_ns) {
  return static_cast<std::uint64_t>(std::llround(std::min(value_at(curve, t_ns), 9e18)));
}

/// A curve that never moves.
[[nodiscard]] inline Curve constant(double value) {
  Curve curve{};
  curve.base = value;
  return curve;
}

/// Integral of a curve's base and sine from `from_ns` to `to_ns`, in unit x seconds. Noise has mean
/// zero and is left out, so a counter built on this never runs backwards while base >= amplitude.
[[nodiscard]] inline double integral(const Curve& curve, std::int64_t from_ns, std::int64_t to_ns) {
  double sum = 0;
  std::int64_t at = from_ns;
  const std::size_t count = std::min<std::size_t>(curve.step_count, max_steps);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t step = curve.steps[i].at_ns;
    if (step <= at || step >= to_ns) continue;
    sum += base_at(curve, at) * static_cast<double>(step - at) / 1e9;
    at = step;
  }
  sum += base_at(curve, at) * static_cast<double>(to_ns - at) / 1e9;
  if (curve.period_s > 0) {
    const double turn = 2 * std::numbers::pi;
    const auto angle = [&](std::int64_t t) {
      return turn * (static_cast<double>(t) / 1e9 / curve.period_s + curve.phase);
    };
    sum += curve.amplitude * curve.period_s / turn *
           (std::cos(angle(from_ns)) - std::cos(angle(to_ns)));
  }
  return sum;
}

/// Whether a curve is nothing but zero, as one is that nobody described.
[[nodiscard]] inline bool is_zero(const Curve& curve) {
  return curve.base == 0 && curve.amplitude == 0 && curve.noise == 0 && curve.step_count == 0;
}

/// Mean of a curve's base and sine from `from_ns` to `to_ns`.
[[nodiscard]] inline double mean(const Curve& curve, std::int64_t from_ns, std::int64_t to_ns) {
  if (to_ns <= from_ns) return value_at(curve, to_ns);
  const double sum = integral(curve, from_ns, to_ns);
  const double average = sum / (static_cast<double>(to_ns - from_ns) / 1e9);
  const bool is_clamped = curve.maximum > curve.minimum;
  return is_clamped ? std::clamp(average, curve.minimum, curve.maximum) : std::max(average, 0.0);
}

}  // namespace gander::sim
