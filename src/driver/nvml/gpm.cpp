// SPDX-License-Identifier: Apache-2.0
// Takes profiling samples and asks for the metrics between two of them.
#include "driver/nvml/gpm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// Metrics of samples that are nearer are noise; a mean over much longer tells nothing of now.
constexpr nanoseconds shortest_interval = 100ms;
constexpr nanoseconds longest_interval = 120s;
// How long to leave the counters alone when somebody else has them, or we may not.
constexpr nanoseconds refusal_pause = 60s;
constexpr nanoseconds failure_pause = 10s;
constexpr unsigned patience = 3;

// Shares come as percent and may be a little above their maximum, by rounding.
constexpr double most_percent = 101;
constexpr double mebibyte = 1048576;
constexpr double most_mebibytes = 1e8;

/// One number the counters can give. Rates stand in for a counter of bytes that a GPU lacks.
struct Row {
  Metric metric;
  std::uint32_t id;
  std::optional<Metric> counter;
};

using M = Metric;
constexpr std::array<Row, profile_count> table{{
    {M::graphics_active, 1, {}},
    {M::sm_active, 2, {}},
    {M::sm_occupancy, 3, {}},
    {M::tensor_active, 5, {}},
    {M::dram_active, 10, {}},
    {M::fp64_active, 11, {}},
    {M::fp32_active, 12, {}},
    {M::fp16_active, 13, {}},
    {M::pcie_transmit_rate, 20, M::pcie_transmit_total},
    {M::pcie_receive_rate, 21, M::pcie_receive_total},
    {M::nvlink_receive_rate, 60, M::nvlink_receive_total},
    {M::nvlink_transmit_rate, 61, M::nvlink_transmit_total},
}};

using Places = std::vector<std::size_t>;

bool is_needed(const Row& row, const DeviceEntry& entry, const Device& device) {
  if (!row.counter) return true;
  return !entry.is_instance() && device.readings[*row.counter] == Reading{Missing::not_supported};
}

Places find_places(const DeviceEntry& entry, const MetricSet& wanted, const Device& device) {
  Places places;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (wanted.contains(table[i].metric) && is_needed(table[i], entry, device)) places.push_back(i);
  }
  return places;
}

Reading value_of(const Row& row, const GpmMetric& metric) {
  if (metric.code != code::success) {
    return metric.code == code::invalid_argument ? Missing::not_supported : missing_of(metric.code);
  }
  if (!std::isfinite(metric.value) || metric.value < 0) return Missing::no_data;
  if (row.counter) {
    if (metric.value > most_mebibytes) return Missing::no_data;
    return metric.value * mebibyte;
  }
  if (metric.value > most_percent) return Missing::no_data;
  return std::min(metric.value / 100, 1.0);
}

bool is_unknown_to_library(Code code) {
  return classify(code) == CodeClass::structural || code == code::invalid_argument;
}

/// One look at the counters of one device.
class Profile {
 public:
  explicit Profile(DeviceCalls& calls) : calls_(calls), memory_(calls.entry().memory.gpm) {}

  /// Brings `latest` up to date for these places; `not_sampled`, or why that cannot be done.
  Missing refresh(const Places& places);
  [[nodiscard]] Reading latest(std::size_t place) const { return memory_.latest[place]; }

 private:
  Missing check_support();
  bool has_samples();
  Code take_sample();
  Missing remember_failure(Code code);
  void measure(const Places& places);
  Code ask_metrics(const Places& places);

  DeviceCalls& calls_;
  GpmMemory& memory_;
};

// Asked once: what answered yes will not say no.
Missing Profile::check_support() {
  if (memory_.is_supported) return Missing::not_sampled;
  const auto answer = calls_.ask<GpmSupport>(Question::gpm_support, [this](GpmSupport& support) {
    support.version = 1;
    const Code code =
        calls_.call_about(calls_.symbols().gpm_support, calls_.entry().board, &support);
    if (code == code::success && support.is_supported == 0) return code::not_supported;
    return code;
  });
  memory_.is_supported = answer.is_known();
  return answer.is_known() ? Missing::not_sampled : answer.reason();
}

bool Profile::has_samples() {
  memory_.pool = calls_.context().gpm_pool;
  for (GpmSample* sample : {&memory_.newest, &memory_.spare}) {
    if (*sample == nullptr) *sample = memory_.pool->take();
    if (*sample != nullptr) continue;
    const Code code = calls_.call_about(calls_.symbols().gpm_alloc, sample);
    if (code != code::success) *sample = nullptr;
    if (*sample == nullptr) return false;
  }
  return true;
}

Code Profile::take_sample() {
  const DeviceEntry& entry = calls_.entry();
  const Symbols& symbols = calls_.symbols();
  if (!entry.is_instance()) return calls_.call(symbols.gpm_sample, memory_.spare);
  const auto instance = calls_.ask<std::uint32_t>(
      Question::gpu_instance,
      [&](std::uint32_t& value) { return calls_.call(symbols.gpu_instance, &value); });
  if (!instance.is_known()) return code::no_data;
  return calls_.call_about(symbols.gpm_instance_sample, entry.board, instance.value(),
                           memory_.spare);
}

// These refusals pass: another profiler has the counters, an administrator keeps them, or
// confidential computing does.
Missing Profile::remember_failure(Code code) {
  const auto now = calls_.context().clock.steady();
  memory_.has_newest = false;
  if (code == code::function_not_found) {
    memory_.reason = Missing::not_supported;
    memory_.ask_again = nanoseconds::max();
    return memory_.reason;
  }
  const bool is_refused = code == code::not_supported || code == code::in_use ||
                          code == code::invalid_state || classify(code) == CodeClass::permission;
  memory_.reason =
      is_refused && classify(code) != CodeClass::permission ? Missing::no_data : missing_of(code);
  memory_.code = code;
  if (is_refused) {
    memory_.ask_again = now + refusal_pause;
  } else if (++memory_.failures >= patience) {
    memory_.ask_again = now + failure_pause;
  }
  const Missing obstacle = calls_.obstacle();
  return obstacle == Missing::not_sampled ? memory_.reason : obstacle;
}

Code Profile::ask_metrics(const Places& places) {
  const auto request = std::make_unique<GpmMetricsRequest>();
  request->version = 1;
  request->before = memory_.spare;
  request->after = memory_.newest;
  for (const std::size_t place : places) request->metrics[request->count++].id = table[place].id;
  const Code code = calls_.call_about(calls_.symbols().gpm_metrics, request.get());
  for (std::size_t i = 0; i < places.size(); ++i) {
    Known<double>& latest = memory_.latest[places[i]];
    const GpmMetric& metric = request->metrics[i];
    if (code != code::success) {
      latest = missing_of(code);
      memory_.code = code;
    } else if (metric.id != table[places[i]].id) {
      latest = Missing::no_data;
    } else {
      latest = value_of(table[places[i]], metric);
      if (is_unknown_to_library(metric.code)) memory_.rejected.set(places[i]);
      if (metric.code != code::success) memory_.code = metric.code;
    }
  }
  return code;
}

// One number that a library does not know may spoil a whole request: then each is asked alone.
void Profile::measure(const Places& places) {
  Places asked;
  std::ranges::copy_if(places, std::back_inserter(asked),
                       [this](std::size_t place) { return !memory_.rejected[place]; });
  if (asked.empty()) return;
  if (memory_.is_batched) {
    if (!is_unknown_to_library(ask_metrics(asked)) || asked.size() == 1) return;
    memory_.is_batched = false;
  }
  for (const std::size_t place : asked) {
    if (!is_unknown_to_library(ask_metrics({place}))) continue;
    memory_.latest[place] = Missing::not_supported;
    memory_.rejected.set(place);
  }
}

Missing Profile::refresh(const Places& places) {
  if (const Missing reason = check_support(); reason != Missing::not_sampled) return reason;
  const auto now = calls_.context().clock.steady();
  if (now < memory_.ask_again) return memory_.reason;
  const nanoseconds age = now - memory_.taken_at;
  if (memory_.has_newest && age <= shortest_interval) return Missing::not_sampled;
  if (!has_samples()) return remember_failure(code::no_data);
  if (const Code code = take_sample(); code != code::success) return remember_failure(code);
  memory_.failures = 0;
  const bool is_pair = std::exchange(memory_.has_newest, true) && age <= longest_interval;
  std::swap(memory_.newest, memory_.spare);
  memory_.taken_at = now;
  for (std::size_t i = 0; i < table.size(); ++i) {
    memory_.latest[i] = memory_.rejected[i] ? Missing::not_supported : Missing::no_data;
  }
  if (is_pair) measure(places);
  return calls_.obstacle();
}

}  // namespace

void read_profile(DeviceCalls& calls, const MetricSet& wanted, Device& into) {
  const Places places = find_places(calls.entry(), wanted, into);
  if (places.empty()) return;
  Profile profile{calls};
  Missing reason = calls.obstacle();
  if (reason == Missing::not_sampled) reason = profile.refresh(places);
  for (const std::size_t place : places) {
    Reading& reading = into.readings[table[place].metric];
    reading = reason == Missing::not_sampled ? profile.latest(place) : Reading{reason};
    if (reading == Reading{Missing::driver_error}) calls.set_failure(calls.entry().memory.gpm.code);
    calls.check(row_of(table[place].metric).name, reading);
    report_reading(table[place].metric, reading);
  }
}

// Behind a call that hangs this one might hang as well: then the samples are left to the library.
void free_samples(Library& library, GpmPool& pool) {
  if (library.is_busy()) return;
  for (auto* const sample : pool.take_all()) library.call(library.symbols().gpm_free, sample);
}

bool is_profiled(Metric metric) {
  return std::ranges::any_of(table, [&](const Row& row) { return row.metric == metric; });
}

}  // namespace gander::driver::nvml
