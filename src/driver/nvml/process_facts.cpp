// SPDX-License-Identifier: Apache-2.0
// Asks for utilisation samples, protected memory and accounting of processes.
#include "driver/nvml/process_facts.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>
#include <utility>

namespace gander::driver::nvml {
namespace {

// A list that keeps growing between calls is given up after this many tries.
constexpr int most_tries = 4;
constexpr std::size_t most_samples = 8192;
// The driver takes a sample about every 139 ms: asked again sooner, "nothing new" says nothing.
constexpr std::uint64_t shortest_window = 300'000;
// So many calls for one list are enough; whoever has more processes looks at them one by one.
constexpr std::size_t most_accounted = 256;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 52U;

using M = Metric;
constexpr std::array engine_metrics{M::gpu_sm_utilization,      M::gpu_memory_utilization,
                                    M::gpu_encoder_utilization, M::gpu_decoder_utilization,
                                    M::gpu_jpeg_utilization,    M::gpu_ofa_utilization};
constexpr std::array accounting_metrics{M::accounted_utilization, M::accounted_memory_utilization,
                                        M::accounted_memory_maximum};

bool is_any_wanted(std::span<const Metric> metrics, const MetricSet& wanted) {
  return std::ranges::any_of(metrics, [&](Metric metric) { return wanted.contains(metric); });
}

void set_all(std::vector<ListedProcess>& rows, std::span<const Metric> metrics, Missing reason) {
  for (ListedProcess& row : rows) {
    for (const Metric metric : metrics) row.use.readings[metric] = reason;
  }
}

// --- Utilisation -------------------------------------------------------------------------------

ProcessSample convert(const UtilizationSample& raw) {
  return {raw.pid, raw.stamp, raw.sm, raw.memory, raw.encoder, raw.decoder};
}

ProcessSample convert(const UtilizationRow& raw) {
  return {raw.pid, raw.stamp, raw.sm, raw.memory, raw.encoder, raw.decoder, raw.jpeg, raw.ofa};
}

/// Calls with ever more room; `call(buffer, count)` makes one call.
template <class Raw, class Call>
Code fetch(std::vector<Raw>& buffer, std::vector<ProcessSample>& out, Call call) {
  for (int tries = 0; tries < most_tries; ++tries) {
    std::ranges::fill(buffer, Raw{});
    auto count = static_cast<std::uint32_t>(buffer.size());
    const Code code = call(buffer, count);
    if (code == code::not_found) count = 0;  // Nobody used the device since then.
    if (code == code::success && count > buffer.size()) return code::no_data;
    if (code == code::success || code == code::not_found) {
      out.clear();
      for (std::size_t i = 0; i < count; ++i) out.push_back(convert(buffer[i]));
      return code::success;
    }
    if (code != code::insufficient_size || buffer.size() > most_samples) return code;
    buffer.resize(std::max(buffer.size() * 2, std::min<std::size_t>(count, most_samples)));
  }
  return code::insufficient_size;
}

Code call_list(DeviceCalls& calls, std::uint64_t since, ProcessSamples& samples) {
  samples.has_all_engines = true;
  return fetch(calls.entry().utilization.wide_buffer, samples.rows,
               [&](std::vector<UtilizationRow>& buffer, std::uint32_t& count) {
                 UtilizationList list;
                 list.version = version_word(sizeof list, 1);
                 list.count = count;
                 list.since = since;
                 list.rows = buffer.data();
                 const Code code = calls.call(calls.symbols().process_utilization_list, &list);
                 count = list.count;
                 return code;
               });
}

Code call_samples(DeviceCalls& calls, std::uint64_t since, ProcessSamples& samples) {
  return fetch(calls.entry().utilization.buffer, samples.rows,
               [&](std::vector<UtilizationSample>& buffer, std::uint32_t& count) {
                 return calls.call(calls.symbols().process_utilization, buffer.data(), &count,
                                   since);
               });
}

std::uint64_t now_microseconds(const os::Clock& clock) {
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(clock.wall()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(wall, 0));
}

FilteredSamples filter(const ProcessSamples& samples, std::uint64_t since, std::uint64_t now) {
  FilteredSamples filtered = filter_samples(samples.rows, since, now);
  filtered.has_all_engines = samples.has_all_engines;
  return filtered;
}

Known<FilteredSamples> ask_samples(DeviceCalls& calls) {
  UtilizationMemory& memory = calls.entry().utilization;
  const std::uint64_t now = now_microseconds(calls.context().clock);
  const std::uint64_t since = choose_last_seen(memory.last_seen, now);
  const bool is_too_soon =
      memory.asked_at != 0 && now >= memory.asked_at && now - memory.asked_at < shortest_window;
  if (is_too_soon) return filter(memory.latest, 0, now);
  const auto answer = calls.ask<ProcessSamples>(
      Question::process_utilization,
      [&](ProcessSamples& out) { return call_list(calls, since, out); },
      [&](ProcessSamples& out) { return call_samples(calls, since, out); });
  memory.asked_at = answer.is_known() ? now : 0;
  if (!answer.is_known()) return answer.reason();
  FilteredSamples samples = filter(answer.value(), since, now);
  memory.latest = {{}, samples.has_all_engines};
  for (const auto& [pid, sample] : samples.good) {
    memory.latest.rows.push_back(sample);
    memory.last_seen = std::max(memory.last_seen, sample.stamp);
  }
  // After the clock was set back, the newest stamp of before must not shut the new ones out.
  memory.last_seen = std::max(choose_last_seen(memory.last_seen, now), since);
  return samples;
}

void set_engines(UseReadings& readings, const ProcessSample& sample, bool has_all_engines) {
  readings[Metric::gpu_sm_utilization] = sample.sm / 100.0;
  readings[Metric::gpu_memory_utilization] = sample.memory / 100.0;
  readings[Metric::gpu_encoder_utilization] = sample.encoder / 100.0;
  readings[Metric::gpu_decoder_utilization] = sample.decoder / 100.0;
  const Reading none = Missing::not_supported;
  readings[Metric::gpu_jpeg_utilization] = has_all_engines ? Reading{sample.jpeg / 100.0} : none;
  readings[Metric::gpu_ofa_utilization] = has_all_engines ? Reading{sample.ofa / 100.0} : none;
}

// Samples are averages over processes that were seen working: a process of the list without one
// did nothing since then. One of which only nonsense was said is unknown.
void set_engines(ListedProcess& process, const FilteredSamples& samples) {
  const auto pid = static_cast<std::uint32_t>(process.pid);
  const auto sample = samples.good.find(pid);
  if (sample != samples.good.end()) {
    set_engines(process.use.readings, sample->second, samples.has_all_engines);
  } else if (samples.bad.contains(pid)) {
    for (const Metric metric : engine_metrics) process.use.readings[metric] = Missing::no_data;
  } else {
    set_engines(process.use.readings, ProcessSample{}, samples.has_all_engines);
  }
}

// --- Protected memory --------------------------------------------------------------------------

using ProtectedRows = std::vector<ProcessRow>;

Code call_details(DeviceCalls& calls, std::uint32_t mode, ProtectedRows& rows) {
  rows.assign(128, ProcessRow{});
  for (int tries = 0; tries < most_tries; ++tries) {
    ProcessDetailList list;
    list.version = version_word(sizeof list, 1);
    list.mode = mode;
    list.count = static_cast<std::uint32_t>(rows.size());
    list.rows = rows.data();
    const Code code = calls.call(calls.symbols().process_details, &list);
    // Old libraries know one kind of process at a time.
    if (code == code::invalid_argument) return code::not_supported;
    if (code == code::success && list.count > rows.size()) return code::no_data;
    if (code == code::success) rows.resize(list.count);
    if (code != code::insufficient_size || rows.size() > most_samples) return code;
    rows.assign(std::max(rows.size() * 2, std::min<std::size_t>(list.count, most_samples)), {});
  }
  return code::insufficient_size;
}

Reading find_protected(const ProtectedRows& rows, const ListedProcess& process) {
  Reading found = Missing::no_data;
  for (const ProcessRow& row : rows) {
    if (row.pid != process.pid || row.protected_memory >= most_bytes) continue;
    const auto bytes = static_cast<double>(row.protected_memory);
    if (!found.is_known() || found.value() < bytes) found = bytes;
  }
  return found;
}

// --- Accounting --------------------------------------------------------------------------------

Reading share_of(std::uint32_t percent) {
  if (percent > 100) return Missing::no_data;
  return percent / 100.0;
}

// Where accounting is switched off, the library says that it has none.
bool is_accounting_off(DeviceCalls& calls) {
  std::uint32_t mode = 1;
  return calls.call(calls.symbols().accounting_mode, &mode) == code::success && mode == 0;
}

void set_accounting(UseReadings& readings, const AccountingStats& stats) {
  readings[Metric::accounted_utilization] = share_of(stats.gpu);
  readings[Metric::accounted_memory_utilization] = share_of(stats.memory);
  readings[Metric::accounted_memory_maximum] = stats.most_memory < most_bytes
                                                   ? Reading{static_cast<double>(stats.most_memory)}
                                                   : Reading{Missing::no_data};
}

}  // namespace

void add_utilization(DeviceCalls& calls, const MetricSet& wanted,
                     std::vector<ListedProcess>& rows) {
  if (rows.empty() || !is_any_wanted(engine_metrics, wanted)) return;
  if (calls.entry().is_instance()) return set_all(rows, engine_metrics, Missing::not_supported);
  if (!calls.context().pid_rules.utilization_is_matchable) {
    return set_all(rows, engine_metrics, Missing::withheld);
  }
  const auto samples = ask_samples(calls);
  calls.check(row_of(Metric::gpu_sm_utilization).name, samples);
  if (!samples.is_known()) return set_all(rows, engine_metrics, samples.reason());
  for (ListedProcess& row : rows) set_engines(row, samples.value());
}

void add_protected_memory(DeviceCalls& calls, const MetricSet& wanted,
                          std::vector<ListedProcess>& rows) {
  constexpr std::array metrics{Metric::gpu_protected_memory};
  if (rows.empty() || !is_any_wanted(metrics, wanted)) return;
  if (calls.entry().is_instance()) return set_all(rows, metrics, Missing::not_supported);
  const auto details = calls.ask<ProtectedRows>(
      Question::process_details,
      [&](ProtectedRows& out) { return call_details(calls, kind::processes_of_all, out); },
      [&](ProtectedRows& out) { return call_details(calls, kind::processes_of_compute, out); });
  if (!details.is_known()) return set_all(rows, metrics, details.reason());
  for (ListedProcess& row : rows) {
    row.use.readings[Metric::gpu_protected_memory] = find_protected(details.value(), row);
  }
}

void add_accounting(DeviceCalls& calls, const MetricSet& wanted, std::vector<ListedProcess>& rows) {
  if (rows.empty() || !is_any_wanted(accounting_metrics, wanted)) return;
  set_all(rows, accounting_metrics,
          calls.entry().is_instance() ? Missing::not_supported : Missing::no_data);
  if (calls.entry().is_instance()) return;
  for (ListedProcess& row : std::span{rows}.first(std::min(rows.size(), most_accounted))) {
    const auto pid = static_cast<std::uint32_t>(row.pid);
    const auto stats = calls.ask<AccountingStats>(Question::accounting, [&](AccountingStats& raw) {
      const Code code = calls.call(calls.symbols().accounting_stats, pid, &raw);
      return code == code::not_supported && is_accounting_off(calls) ? Code{code::no_data} : code;
    });
    if (stats.is_known()) {
      set_accounting(row.use.readings, stats.value());
    } else {
      for (const Metric metric : accounting_metrics) row.use.readings[metric] = stats.reason();
    }
  }
}

}  // namespace gander::driver::nvml
