// SPDX-License-Identifier: Apache-2.0
// Reads what is wanted of a device, row by row: what one field batch brings is collected first.
#include "driver/nvml/readings.hpp"

#include <algorithm>
#include <array>

#include "driver/nvml/conditions.hpp"
#include "driver/nvml/look.hpp"
#include "driver/progress.hpp"

namespace gander::driver::nvml {
namespace {

constexpr std::uint32_t most_fans = 16;

template <class Visit>
void for_each_row(Visit visit) {
  for (const auto& rows : {load_rows(), power_rows(), error_rows(), link_rows()}) {
    std::ranges::for_each(rows, visit);
  }
}

bool is_there(Where where, const DeviceEntry& entry) {
  if (where == Where::everywhere) return true;
  if (entry.is_instance()) return false;
  return where == Where::board || !entry.has_mig_on;
}

Reading read_row(const Row& row, Look& look) {
  // A device that does not answer says so for all its numbers alike.
  const Missing obstacle = look.calls().obstacle();
  if (obstacle != Missing::not_sampled) return obstacle;
  if (!is_there(row.where, look.calls().entry())) return Missing::not_supported;
  const Reading field = look.fields().read(row.first, row.second);
  const bool is_absent = !field.is_known() && field.reason() == Missing::not_supported;
  return is_absent && row.read != nullptr ? row.read(look) : field;
}

void want_fields(Look& look, const MetricSet& wanted) {
  for_each_row([&](const Row& row) {
    const bool is_wanted = wanted.contains(row.metric) && is_there(row.where, look.calls().entry());
    if (is_wanted) look.fields().want(row.first, row.second);
  });
}

/// Reads the wanted rows of this cost.
void read_rows(Look& look, const MetricSet& wanted, Cost cost, Device& into) {
  for_each_row([&](const Row& row) {
    if (!wanted.contains(row.metric) || row_of(row.metric).cost != cost) return;
    into.readings[row.metric] = read_row(row, look);
    look.calls().check(row_of(row.metric).name, into.readings[row.metric]);
    report_reading(row.metric, into.readings[row.metric]);
  });
}

Known<std::uint32_t> read_fan_unit(DeviceCalls& calls, std::uint32_t fan) {
  const auto by_number = [&](std::uint32_t& value) {
    return calls.call(calls.symbols().fan_speed_v2, fan, &value);
  };
  if (fan > 0) return calls.ask<std::uint32_t>(Question::other_fan_speed, by_number);
  return calls.ask<std::uint32_t>(Question::fan_unit_speed, by_number, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().fan_speed_v1, &value);
  });
}

Known<std::uint32_t> read_fan_rotation(DeviceCalls& calls, std::uint32_t fan) {
  const Question question = fan > 0 ? Question::other_fan_rotation : Question::fan_unit_rotation;
  return calls.ask<std::uint32_t>(question, [&](std::uint32_t& value) {
    FanRotation raw;
    raw.version = version_word(sizeof raw, 1);
    raw.fan = fan;
    const Code code = calls.call(calls.symbols().fan_rotation, &raw);
    value = raw.rotation;
    return code;
  });
}

// Before R510 nothing tells how many fans there are: then the one that answers counts.
std::uint32_t count_fans(DeviceCalls& calls) {
  Known<std::uint32_t>& known = calls.entry().fan_count;
  if (known.is_known()) return known.value();
  const auto answer = calls.ask<std::uint32_t>(Question::fan_count, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().fan_count, &value);
  });
  if (answer.is_known()) {
    known = std::min(answer.value(), most_fans);
    return known.value();
  }
  const bool cannot_count = calls.symbols().fan_count == nullptr;
  return cannot_count && read_fan_unit(calls, 0).is_known() ? 1U : 0U;
}

void read_fans(DeviceCalls& calls, const MetricSet& wanted, Device& into) {
  const bool wants_speed = wanted.contains(Metric::fan_unit_speed);
  const bool wants_rotation = wanted.contains(Metric::fan_unit_rotation);
  if (calls.entry().is_instance() || (!wants_speed && !wants_rotation)) return;
  const Missing obstacle = calls.obstacle();
  if (obstacle != Missing::not_sampled) {
    for (Fan& fan : into.fans) fan.readings.fill(obstacle);
    return;
  }
  into.fans.resize(count_fans(calls));
  for (std::uint32_t i = 0; i < into.fans.size(); ++i) {
    const auto set = [&](Metric metric, const Reading& reading) {
      into.fans[i].readings[metric] = reading;
      calls.check(row_of(metric).name, reading);
    };
    if (wants_speed) {
      set(Metric::fan_unit_speed, bounded(read_fan_unit(calls, i), most_fan_percent, percent));
    }
    if (wants_rotation) {
      set(Metric::fan_unit_rotation, bounded(read_fan_rotation(calls, i), most_rotation, whole));
    }
  }
}

/// The device went away in the middle: what was read before is of a device that is no more.
void overwrite(const MetricSet& wanted, Missing reason, Device& into) {
  for_each_row([&](const Row& row) {
    if (wanted.contains(row.metric)) into.readings[row.metric] = reason;
  });
  for (Fan& fan : into.fans) fan.readings.fill(reason);
  into.clock_limits = reason;
}

}  // namespace

void read_metrics(DeviceCalls& calls, const MetricSet& wanted, Device& into) {
  if (wanted.is_empty()) return;
  Look look{calls};
  const bool reads_conditions = are_conditions_due(calls, into);
  want_fields(look, wanted);
  if (reads_conditions) want_conditions(look);
  read_rows(look, wanted, Cost::cheap, into);
  read_rows(look, wanted, Cost::slow, into);
  read_fans(calls, wanted, into);
  read_clock_limits(calls, into);
  if (reads_conditions) read_conditions(look, into);
  read_rows(look, wanted, Cost::on_demand, into);
  const Missing obstacle = calls.obstacle();
  if (obstacle != Missing::not_sampled) overwrite(wanted, obstacle, into);
}

bool has_reader(Metric metric) {
  bool found = false;
  for_each_row([&](const Row& row) { found = found || row.metric == metric; });
  return found;
}

}  // namespace gander::driver::nvml
