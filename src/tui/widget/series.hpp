// SPDX-License-Identifier: Apache-2.0
// A series of samples in four bytes each: there are hundreds of series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <vector>

namespace gander::tui {

/// Samples, newest last; a gap is a sample without a value (so is what is no number).
class Series {
 public:
  /// Reads from the oldest to the newest.
  class Iterator {
   public:
    // NOLINTBEGIN(readability-identifier-naming): the names that iterators must have.
    using difference_type = std::ptrdiff_t;
    using value_type = std::optional<float>;
    // NOLINTEND(readability-identifier-naming)
    Iterator() = default;
    Iterator(const Series& series, std::size_t place) : series_(&series), place_(place) {}
    std::optional<float> operator*() const { return (*series_)[place_]; }
    Iterator& operator++() {
      ++place_;
      return *this;
    }
    Iterator operator++(int) {
      auto before = *this;
      ++place_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Series* series_ = nullptr;
    std::size_t place_ = 0;
  };

  Series() = default;
  Series(std::initializer_list<std::optional<float>> samples);
  [[nodiscard]] std::size_t size() const { return samples_.size() - first_; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// 0 is the oldest; `place` must be below `size()`.
  [[nodiscard]] std::optional<float> operator[](std::size_t place) const;
  [[nodiscard]] std::optional<float> back() const { return (*this)[size() - 1]; }
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }
  void push_back(std::optional<float> sample);
  /// In place of the newest; there must be one.
  void replace_back(std::optional<float> sample);
  void pop_front();

 private:
  std::vector<float> samples_;  ///< From `first_` on; NaN is a gap.
  std::uint32_t first_ = 0;
};

}  // namespace gander::tui
