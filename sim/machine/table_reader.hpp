// SPDX-License-Identifier: Apache-2.0
// Strict reading of one TOML table: every key is asked for by name, type and range, and whatever
// nobody asked for is an error. It must not know what a GPU is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/machine/value.hpp"

namespace gander::sim {

/// Collects the first thing that is wrong in a file; later ones are often its consequences.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void report(Place place, const std::string& message);
  [[nodiscard]] const std::optional<Error>& first() const { return first_; }

 private:
  std::string file_;
  std::optional<Error> first_;
};

/// Bounds of a number, both allowed.
struct Range {
  double low = 0;
  double high = 4294967295.0;
};

/// One table being read. A key that is absent leaves the target as it is; a wrong one is reported
/// and leaves it, too. Call `finish` at the end.
class TableReader {
 public:
  /// `what` names the table in messages, such as `[[gpu]]`. A value that is no table is reported
  /// and read as an empty one.
  TableReader(const Value& value, std::string what, Problems& problems);

  /// The value of a key, marked as known; null where absent.
  const Value* find(std::string_view key);
  void number(std::string_view key, double& target, Range range);
  void number(std::string_view key, std::uint32_t& target, Range range);
  void number(std::string_view key, std::uint64_t& target, Range range);
  void flag(std::string_view key, std::uint32_t& target);
  void text(std::string_view key, std::string& target);
  /// A string like "80 GiB", or a whole number of bytes.
  void size(std::string_view key, std::uint64_t& target);
  /// A string like "20ms", into nanoseconds.
  void duration(std::string_view key, std::uint64_t& target);
  /// A list of texts, or a single text as a list of one.
  void texts(std::string_view key, std::vector<std::string>& target);
  /// One of `names`; its position goes into `target`.
  void choice(std::string_view key, std::uint32_t& target, const std::vector<std::string>& names);
  /// Calls `each` for every table of an array of tables (or for one table).
  void tables(std::string_view key, const std::function<void(const Value&)>& each);
  /// Reports the first key nobody asked for.
  void finish();

  void report(std::string_view key, const std::string& message);
  [[nodiscard]] Problems& problems() { return problems_; }
  [[nodiscard]] const Value& value() const { return value_; }
  [[nodiscard]] const std::string& what() const { return what_; }

 private:
  const Value& value_;
  const Table* table_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string_view> known_;
};

/// A whole or fractional number; nothing where the value is something else.
std::optional<double> as_number(const Value& value);
/// A size: text as `parse_size`, or a whole number of bytes. The error says what is wrong.
Result<std::uint64_t> as_size(const Value& value);

}  // namespace gander::sim
