// SPDX-License-Identifier: Apache-2.0
// Which numbers exist. Each is declared once, as a row of metric_table.inc; every view, format and
// language iterates the table made from it.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gander {

/// Whose number it is.
enum class Scope : std::uint8_t { device, fan, link, use, process, host };
/// Base units only; views scale.
enum class Unit : std::uint8_t {
  ratio,
  bytes,
  bytes_per_second,
  watts,
  joules,
  celsius,
  hertz,
  seconds,
  rpm,
  count,
  number
};
/// A gauge goes up and down; a counter only grows, until its source restarts.
enum class Kind : std::uint8_t { gauge, counter };
/// Slow ones are read only while somebody looks, those on demand only when asked for by name.
enum class Cost : std::uint8_t { cheap, slow, on_demand };
/// How often it is worth asking: each tick, every few seconds, rarely, once per generation, or
/// together with the process lists.
enum class Tier : std::uint8_t { fast, medium, slow, fixed, process };

/// Every number gander knows. The enumerator is its spelling everywhere.
enum class Metric : std::uint16_t {
#define GANDER_METRIC(name, ...) name,
#include "gander/metric_table.inc"
#undef GANDER_METRIC
};

/// All that is said about a metric.
struct MetricRow {
  Metric id;
  Scope scope;
  std::string_view name;  ///< JSON key, Python attribute, column id; never changes.
  Unit unit;
  Kind kind;
  Cost cost;
  Tier tier;
  std::string_view title;   ///< Column heading.
  std::string_view family;  ///< Exposition family it shares with others; empty: its own.
  std::string_view label;   ///< What tells it apart in the family, as `key="value"`.
  std::string_view help;    ///< One sentence.
};

/// One row for each metric, in the order of the enumeration.
inline constexpr std::array metric_table{
#define GANDER_METRIC(name, scope, unit, kind, cost, tier, title, family, label, help) \
  MetricRow{Metric::name, Scope::scope, #name,  Unit::unit, Kind::kind, Cost::cost,    \
            Tier::tier,   title,        family, label,      help},
#include "gander/metric_table.inc"
#undef GANDER_METRIC
};

inline constexpr std::size_t metric_count = metric_table.size();

constexpr const MetricRow& row_of(Metric metric) {
  return metric_table[static_cast<std::size_t>(metric)];
}

constexpr std::size_t count_metrics(Scope scope) {
  std::size_t count = 0;
  for (const auto& row : metric_table) count += row.scope == scope ? 1U : 0U;
  return count;
}

constexpr Metric first_metric(Scope scope) {
  for (const auto& row : metric_table) {
    if (row.scope == scope) return row.id;
  }
  return Metric{};
}

/// The rows of one scope, to iterate: `for (const auto& row : rows_of(Scope::device))`.
class rows_of {  // NOLINT(readability-identifier-naming): reads as a phrase in a loop
 public:
  constexpr explicit rows_of(Scope scope)
      : first_(static_cast<std::size_t>(first_metric(scope))), count_(count_metrics(scope)) {}
  [[nodiscard]] constexpr const MetricRow* begin() const { return metric_table.data() + first_; }
  [[nodiscard]] constexpr const MetricRow* end() const { return begin() + count_; }

 private:
  std::size_t first_;
  std::size_t count_;
};

/// The metric called `name`; nothing if there is none.
constexpr std::optional<Metric> find_metric(std::string_view name) {
  for (const auto& row : metric_table) {
    if (row.name == name) return row.id;
  }
  return std::nullopt;
}

/// The unit's name in documents: `watts`, `bytes`; empty for plain numbers.
std::string_view name_of(Unit unit);
std::string_view name_of(Scope scope);
std::string_view name_of(Kind kind);
std::string_view name_of(Cost cost);
std::string_view name_of(Tier tier);

/// A set of metrics.
class MetricSet {
 public:
  MetricSet() = default;
  [[nodiscard]] bool contains(Metric metric) const {
    return bits_[static_cast<std::size_t>(metric)];
  }
  MetricSet& insert(Metric metric) {
    bits_.set(static_cast<std::size_t>(metric));
    return *this;
  }
  MetricSet& erase(Metric metric) {
    bits_.reset(static_cast<std::size_t>(metric));
    return *this;
  }
  [[nodiscard]] bool is_empty() const { return bits_.none(); }
  /// Every metric of the table.
  static MetricSet all() {
    MetricSet set;
    set.bits_.set();
    return set;
  }
  /// Every metric but those that are read on demand only.
  static MetricSet usual() {
    MetricSet set;
    for (const auto& row : metric_table) {
      if (row.cost != Cost::on_demand) set.insert(row.id);
    }
    return set;
  }
  friend MetricSet operator|(MetricSet a, const MetricSet& b) {
    a.bits_ |= b.bits_;
    return a;
  }
  friend MetricSet operator&(MetricSet a, const MetricSet& b) {
    a.bits_ &= b.bits_;
    return a;
  }
  friend bool operator==(const MetricSet&, const MetricSet&) = default;

 private:
  std::bitset<metric_count> bits_;
};

namespace detail {
constexpr bool scopes_are_contiguous() {
  for (std::size_t i = 0; i < metric_count; ++i) {
    const auto& row = metric_table[i];
    if (static_cast<std::size_t>(row.id) != i) return false;
    const auto first = static_cast<std::size_t>(first_metric(row.scope));
    if (i >= first + count_metrics(row.scope)) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::scopes_are_contiguous(),
              "metric_table.inc needs the rows of one scope next to each other");

}  // namespace gander
