// SPDX-License-Identifier: Apache-2.0
// Reads load curves of a machine file.
#include <fmt/format.h>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

/// One number of a curve, in the driver's unit.
void read_amount(TableReader& reader, std::string_view key, double& target, CurveKind kind) {
  const Value* value = reader.find(key);
  if (value == nullptr) return;
  std::optional<double> amount = as_number(*value);
  if (kind.bytes) {
    const auto size = as_size(*value);
    if (!size) return reader.report(key, size.error().message);
    amount = static_cast<double>(*size);
  }
  if (!amount) return reader.report(key, "write a number");
  if (*amount < kind.low || *amount > kind.high) {
    return reader.report(key, fmt::format("{} is outside {} to {}", *amount, kind.low, kind.high));
  }
  target = *amount * kind.scale;
}

void read_seconds(TableReader& reader, std::string_view key, double& target) {
  std::uint64_t nanoseconds = 0;
  reader.duration(key, nanoseconds);
  if (nanoseconds > 0) target = static_cast<double>(nanoseconds) / 1e9;
}

void read_step(const Value& value, Problems& problems, CurveKind kind, Curve& curve) {
  if (curve.step_count == max_steps) {
    return problems.report(value.place, fmt::format("a curve has at most {} steps", max_steps));
  }
  TableReader reader{value, "a step of a curve", problems};
  std::uint64_t at = 0;
  Step step{};
  reader.duration("at", at);
  read_amount(reader, "value", step.value, kind);
  reader.finish();
  step.at_ns = static_cast<std::int64_t>(at);
  if (curve.step_count > 0 && curve.steps[curve.step_count - 1].at_ns >= step.at_ns) {
    problems.report(value.place, "the steps of a curve must follow each other in time");
  }
  curve.steps[curve.step_count++] = step;
}

}  // namespace

void read_curve(TableReader& reader, std::string_view key, Curve& curve, CurveKind kind) {
  const Value* value = reader.find(key);
  if (value == nullptr) return;
  curve = Curve{};
  curve.maximum = kind.high < 1e17 ? kind.high * kind.scale : 0;
  if (!std::holds_alternative<Table>(value->content)) {
    return read_amount(reader, key, curve.base, kind);
  }
  TableReader table{*value, fmt::format("\"{}\" of {}", key, reader.what()), reader.problems()};
  read_amount(table, "base", curve.base, kind);
  read_amount(table, "swing", curve.amplitude, kind);
  read_amount(table, "noise", curve.noise, kind);
  read_amount(table, "min", curve.minimum, kind);
  read_amount(table, "max", curve.maximum, kind);
  read_seconds(table, "period", curve.period_s);
  read_seconds(table, "noise_every", curve.noise_every_s);
  table.number("phase", curve.phase, {0, 1});
  table.number("seed", curve.seed, {});
  table.tables("steps",
               [&](const Value& step) { read_step(step, reader.problems(), kind, curve); });
  if (curve.amplitude > 0 && curve.period_s <= 0) {
    table.report("swing", R"(needs a "period" such as "30s")");
  }
  table.finish();
}

}  // namespace gander::sim
