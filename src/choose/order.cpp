// SPDX-License-Identifier: Apache-2.0
// A number for each key, of which the smaller is the better.
#include "choose/order.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gander::choose {
namespace {

/// Which way a key goes by itself.
enum class Direction : std::uint8_t { ascending, descending };

struct KeyRow {
  OrderKey key;
  std::string_view name;
  Direction direction;
};

constexpr std::array rows{
    KeyRow{OrderKey::index, "index", Direction::ascending},
    KeyRow{OrderKey::free_memory, "free_memory", Direction::descending},
    KeyRow{OrderKey::used_memory, "used_memory", Direction::descending},
    KeyRow{OrderKey::utilization, "utilization", Direction::ascending},
    KeyRow{OrderKey::memory_utilization, "memory_utilization", Direction::ascending},
    KeyRow{OrderKey::compute, "compute", Direction::descending},
    KeyRow{OrderKey::power, "power", Direction::descending},
    KeyRow{OrderKey::temperature, "temperature", Direction::ascending},
    KeyRow{OrderKey::topology, "topology", Direction::ascending},
};

constexpr bool stand_in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].key) != i) return false;
  }
  return true;
}
static_assert(stand_in_order(), "each key has one row, in the order of its enumerator");

const KeyRow& row_of(OrderKey key) { return rows[static_cast<std::size_t>(key)]; }

Reading index_value(DeviceIndex index) {
  // No GPU has so many instances.
  constexpr double instances = 1000;
  const double instance = index.instance ? *index.instance + 1.0 : 0.0;
  return index.gpu * instances + instance;
}

Reading value_of(OrderKey key, const Candidate& candidate) {
  const Device& device = *candidate.device;
  const auto& readings = device.readings;
  switch (key) {
    case OrderKey::index:
      return index_value(device.index);
    case OrderKey::free_memory:
      return candidate.free_memory;
    case OrderKey::used_memory:
      return readings[Metric::memory_used];
    case OrderKey::utilization:
      return readings[Metric::gpu_utilization];
    case OrderKey::memory_utilization:
      return readings[Metric::memory_utilization];
    case OrderKey::compute:
      if (!device.compute_capability.is_known()) return device.compute_capability.reason();
      return device.compute_capability.value().major * 100.0 +
             device.compute_capability.value().minor;
    case OrderKey::power: {
      const Reading& limit = readings[Metric::power_limit];
      const Reading& draw = readings[Metric::power_draw];
      if (!limit.is_known()) return limit;
      return draw.is_known() ? Reading{limit.value() - draw.value()} : draw;
    }
    case OrderKey::temperature:
      return readings[Metric::temperature];
    case OrderKey::topology:
      break;
  }
  return 0.0;
}

/// Negative: `a` stands first; 0: this key does not tell.
int compare(const Order& order, const Candidate& a, const Candidate& b) {
  const Reading left = value_of(order.key, a);
  const Reading right = value_of(order.key, b);
  if (left.is_known() != right.is_known()) return left.is_known() ? -1 : 1;
  if (!left.is_known() || left.value() == right.value()) return 0;
  const bool descends = (row_of(order.key).direction == Direction::descending) != order.is_reversed;
  return (left.value() < right.value()) != descends ? -1 : 1;
}

Error complain_of(std::string_view word) {
  return {Fault::usage, "'" + std::string{word} + "' is no order; there are " + list_order_keys() +
                            ", each also with :asc or :desc"};
}

std::optional<Order> find_order(std::string_view word) {
  const auto colon = std::min(word.find(':'), word.size());
  auto name = std::string{word.substr(0, colon)};
  std::ranges::replace(name, '-', '_');
  const auto* row = std::ranges::find(rows, name, &KeyRow::name);
  if (row == rows.end()) return std::nullopt;
  const auto way = word.substr(colon);
  if (way.empty()) return Order{row->key, false};
  if (way != ":asc" && way != ":desc") return std::nullopt;
  return Order{row->key, (way == ":desc") != (row->direction == Direction::descending)};
}

}  // namespace

std::string_view name_of(OrderKey key) { return row_of(key).name; }

std::string list_order_keys() {
  std::string names;
  for (const KeyRow& row : rows) names += (names.empty() ? "" : ", ") + std::string{row.name};
  return names;
}

Result<std::vector<Order>> parse_order(std::string_view text) {
  std::vector<Order> orders;
  for (;;) {
    const auto comma = std::min(text.find(','), text.size());
    const auto word = text.substr(0, comma);
    const auto order = find_order(word);
    if (!order) return tl::make_unexpected(complain_of(word));
    orders.push_back(*order);
    if (comma == text.size()) return orders;
    text.remove_prefix(comma + 1);
  }
}

void sort(std::vector<Candidate>& candidates, const std::vector<Order>& order) {
  std::ranges::stable_sort(candidates, [&](const Candidate& a, const Candidate& b) {
    if (a.leniencies != b.leniencies) return a.leniencies < b.leniencies;
    for (const Order& key : order) {
      if (const int way = compare(key, a, b); way != 0) return way < 0;
    }
    return a.device->index < b.device->index;
  });
}

}  // namespace gander::choose
