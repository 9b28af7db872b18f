// SPDX-License-Identifier: Apache-2.0
// Strict reading of one TOML table, and the messages for what is wrong in it.
#include "sim/machine/table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gander::sim {
namespace {

/// How many single-letter changes lead from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

std::string suggest(std::string_view key, const std::vector<std::string_view>& known) {
  if (key.size() > 64) return "";
  std::string_view best;
  std::size_t distance = std::max<std::size_t>(2, key.size() / 3) + 1;
  for (const auto candidate : known) {
    const std::size_t here = edit_distance(key, candidate);
    if (here < distance) {
      best = candidate;
      distance = here;
    }
  }
  return best.empty() ? "" : fmt::format(" Did you mean \"{}\"?", best);
}

}  // namespace

void Problems::report(Place place, const std::string& message) {
  if (first_) return;
  first_ = Error{gander::Fault::invalid_data,
                 fmt::format("{}:{}:{}: {}", file_, place.line, place.column, message)};
}

std::optional<double> as_number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.content)) {
    return static_cast<double>(*whole);
  }
  const auto* real = std::get_if<double>(&value.content);
  return real != nullptr && std::isfinite(*real) ? std::optional{*real} : std::nullopt;
}

Result<std::uint64_t> as_size(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.content)) return parse_size(*text);
  const auto* whole = std::get_if<std::int64_t>(&value.content);
  if (whole != nullptr && *whole >= 0) return static_cast<std::uint64_t>(*whole);
  return fail(gander::Fault::invalid_data, "write a size like \"80 GiB\", or a number of bytes");
}

TableReader::TableReader(const Value& value, std::string what, Problems& problems)
    : value_(value),
      table_(std::get_if<Table>(&value.content)),
      what_(std::move(what)),
      problems_(problems) {
  if (table_ == nullptr) problems_.report(value.place, what_ + " must be a table");
}

const Value* TableReader::find(std::string_view key) {
  known_.push_back(key);
  if (table_ == nullptr) return nullptr;
  for (const auto& [name, value] : *table_) {
    if (name == key) return &value;
  }
  return nullptr;
}

void TableReader::report(std::string_view key, const std::string& message) {
  Place place = value_.place;
  if (table_ != nullptr) {
    for (const auto& [name, value] : *table_) {
      if (name == key) place = value.place;
    }
  }
  problems_.report(place, fmt::format("\"{}\" in {}: {}", key, what_, message));
}

void TableReader::number(std::string_view key, double& target, Range range) {
  const Value* value = find(key);
  if (value == nullptr) return;
  const auto number = as_number(*value);
  if (!number) return report(key, "write a number");
  if (*number < range.low || *number > range.high) {
    return report(key, fmt::format("{} is outside {} to {}", *number, range.low, range.high));
  }
  target = *number;
}

void TableReader::number(std::string_view key, std::uint64_t& target, Range range) {
  const Value* value = find(key);
  if (value == nullptr) return;
  const auto* whole = std::get_if<std::int64_t>(&value->content);
  if (whole == nullptr) return report(key, "write a whole number");
  const auto real = static_cast<double>(*whole);
  if (*whole < 0 || real < range.low || real > range.high) {
    return report(key, fmt::format("{} is outside {} to {}", *whole, range.low, range.high));
  }
  target = static_cast<std::uint64_t>(*whole);
}

void TableReader::number(std::string_view key, std::uint32_t& target, Range range) {
  std::uint64_t wide = target;
  number(key, wide, {range.low, std::min(range.high, Range{}.high)});
  target = static_cast<std::uint32_t>(wide);
}

void TableReader::flag(std::string_view key, std::uint32_t& target) {
  const Value* value = find(key);
  if (value == nullptr) return;
  const auto* flag = std::get_if<bool>(&value->content);
  if (flag == nullptr) return report(key, "write true or false");
  target = *flag ? 1 : 0;
}

void TableReader::text(std::string_view key, std::string& target) {
  const Value* value = find(key);
  if (value == nullptr) return;
  const auto* text = std::get_if<std::string>(&value->content);
  if (text == nullptr) return report(key, "write text in quotes");
  if (text->find('\0') != std::string::npos) return report(key, "must not contain a NUL");
  target = *text;
}

void TableReader::size(std::string_view key, std::uint64_t& target) {
  const Value* value = find(key);
  if (value == nullptr) return;
  const auto size = as_size(*value);
  if (!size) return report(key, size.error().message);
  target = *size;
}

void TableReader::duration(std::string_view key, std::uint64_t& target) {
  std::string written;
  text(key, written);
  if (written.empty()) return;
  const auto duration = parse_duration(written);
  if (!duration) return report(key, duration.error().message);
  target = *duration;
}

void TableReader::texts(std::string_view key, std::vector<std::string>& target) {
  const Value* value = find(key);
  if (value == nullptr) return;
  if (std::holds_alternative<std::string>(value->content)) {
    std::string one;
    text(key, one);
    target = {one};
    return;
  }
  const auto* array = std::get_if<Array>(&value->content);
  if (array == nullptr) return report(key, R"(write a list of texts: ["a", "b"])");
  std::vector<std::string> texts;
  for (const Value& entry : *array) {
    const auto* text = std::get_if<std::string>(&entry.content);
    if (text == nullptr || text->find('\0') != std::string::npos) {
      return report(key, R"(write a list of texts: ["a", "b"])");
    }
    texts.push_back(*text);
  }
  target = std::move(texts);
}

void TableReader::choice(std::string_view key, std::uint32_t& target,
                         const std::vector<std::string>& names) {
  std::string written;
  text(key, written);
  if (written.empty()) return;
  const auto at = std::find(names.begin(), names.end(), written);
  if (at == names.end()) {
    std::string all;
    for (const auto& name : names) {
      if (!name.empty()) all += all.empty() ? name : ", " + name;
    }
    return report(key, fmt::format("\"{}\" is none of {}", quote_safely(written), all));
  }
  target = static_cast<std::uint32_t>(at - names.begin());
}

void TableReader::tables(std::string_view key, const std::function<void(const Value&)>& each) {
  const Value* value = find(key);
  if (value == nullptr) return;
  if (std::holds_alternative<Table>(value->content)) return each(*value);
  const auto* array = std::get_if<Array>(&value->content);
  if (array == nullptr) return report(key, "must be a table or a list of tables");
  for (const Value& entry : *array) each(entry);
}

void TableReader::finish() {
  if (table_ == nullptr) return;
  for (const auto& [name, value] : *table_) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    problems_.report(value.place, fmt::format("unknown key \"{}\" in {}.{}", quote_safely(name),
                                              what_, suggest(name, known_)));
  }
}

}  // namespace gander::sim
