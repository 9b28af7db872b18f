// SPDX-License-Identifier: Apache-2.0
// Asks for process lists and joins them with utilisation samples.
#include "driver/nvml/processes.hpp"

#include <algorithm>
#include <array>

namespace gander::driver::nvml {
namespace {

// A list that keeps growing between calls is given up after this many tries.
constexpr int most_tries = 4;
constexpr std::array utilization_metrics{Metric::gpu_sm_utilization, Metric::gpu_memory_utilization,
                                         Metric::gpu_encoder_utilization,
                                         Metric::gpu_decoder_utilization};
// The driver takes a sample about every 139 ms: asked again sooner, "nothing new" says nothing.
constexpr std::uint64_t shortest_window = 300'000;

using ListFunction = Function<Handle, std::uint32_t*, void*>;

/// The forms of one list, newest first.
struct ListForms {
  ListFunction v3;
  ListFunction v2;
  ListFunction v1;
};

/// One of the lists a device has: what it is called, and the contexts its processes hold.
struct ListKind {
  Question question;
  ContextType type;
  ListForms forms;
};

/// What one list call left in the buffer.
struct RawList {
  std::size_t count{};
  std::size_t stride{};
};

// Calls with room for a whole list at once: libraries disagree about the answer to a question for
// the size alone, and some answer it with 0 although there are processes.
Code call_list(DeviceCalls& calls, ListFunction function, std::uint32_t& count) {
  ProcessBuffer& buffer = calls.entry().process_buffer;
  for (int tries = 0; tries < most_tries; ++tries) {
    buffer.fill_canary();
    count = static_cast<std::uint32_t>(buffer.capacity());
    const Code code = calls.call(function, &count, static_cast<void*>(buffer.data()));
    if (code != code::insufficient_size) return code;
    if (!buffer.grow(count)) break;
  }
  return code::insufficient_size;
}

// The width of `_v3` rows changed under the same name, so the bytes have to show it.
std::size_t find_v3_stride(DeviceCalls& calls, std::size_t count) {
  std::atomic<std::uint32_t>& known = calls.context().library->process_stride;
  const std::size_t seen = probe_stride(calls.entry().process_buffer.bytes(), count);
  if (seen != 0) known = static_cast<std::uint32_t>(seen);
  return seen;
}

Code list_with_stride(DeviceCalls& calls, ListFunction function, RawList& list,
                      std::size_t stride) {
  std::uint32_t count = 0;
  const Code code = call_list(calls, function, count);
  if (code != code::success) return code;
  const std::size_t fits = calls.entry().process_buffer.capacity();
  list.count = std::min<std::size_t>(count, fits);
  if (list.count == 0) return code;
  const std::size_t seen = probe_stride(calls.entry().process_buffer.bytes(), list.count);
  list.stride = stride != 0 ? stride : find_v3_stride(calls, list.count);
  // Rows that were announced but not written, or more bytes than rows: nothing of it is true.
  const bool is_true = seen != 0 && list.stride >= seen && count <= fits;
  return is_true ? code : code::no_data;
}

Known<RawList> ask_list(DeviceCalls& calls, Question question, const ListForms& forms) {
  return calls.ask<RawList>(
      question, [&](RawList& raw) { return list_with_stride(calls, forms.v3, raw, 0); },
      [&](RawList& raw) { return list_with_stride(calls, forms.v2, raw, medium_row); },
      [&](RawList& raw) { return list_with_stride(calls, forms.v1, raw, narrow_row); });
}

/// Adds the rows of one list; `not_sampled` where that worked, else why not.
Missing add_list(DeviceCalls& calls, const ListKind& kind, ProcessRows& rows) {
  const auto list = ask_list(calls, kind.question, kind.forms);
  if (!list.is_known()) return list.reason();
  const auto bytes = calls.entry().process_buffer.bytes();
  for (std::size_t i = 0; i < list.value().count; ++i) {
    rows.add(decode_row(bytes, i, list.value().stride), kind.type);
  }
  return Missing::not_sampled;
}

Code call_samples(DeviceCalls& calls, std::uint64_t since, std::vector<UtilizationSample>& out) {
  std::vector<UtilizationSample>& buffer = calls.entry().utilization.buffer;
  for (int tries = 0; tries < most_tries; ++tries) {
    std::ranges::fill(buffer, UtilizationSample{});
    auto count = static_cast<std::uint32_t>(buffer.size());
    const Code code = calls.call(calls.symbols().process_utilization, buffer.data(), &count, since);
    if (code == code::not_found) count = 0;  // Nobody used the device since then.
    if (code == code::success && count > buffer.size()) return code::no_data;
    if (code == code::success || code == code::not_found) {
      out.assign(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
      return code::success;
    }
    if (code != code::insufficient_size || buffer.size() > 8192) return code;
    buffer.resize(std::max<std::size_t>(buffer.size() * 2, std::min<std::size_t>(count, 8192)));
  }
  return code::insufficient_size;
}

std::uint64_t now_microseconds(const os::Clock& clock) {
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(clock.wall()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(wall, 0));
}

Known<FilteredSamples> ask_samples(DeviceCalls& calls) {
  UtilizationMemory& memory = calls.entry().utilization;
  const std::uint64_t now = now_microseconds(calls.context().clock);
  const std::uint64_t since = choose_last_seen(memory.last_seen, now);
  const bool is_too_soon =
      memory.asked_at != 0 && now >= memory.asked_at && now - memory.asked_at < shortest_window;
  if (is_too_soon) return filter_samples(memory.latest, 0, now);
  const auto answer = calls.ask<std::vector<UtilizationSample>>(
      Question::process_utilization,
      [&](std::vector<UtilizationSample>& out) { return call_samples(calls, since, out); });
  memory.asked_at = answer.is_known() ? now : 0;
  if (!answer.is_known()) return answer.reason();
  FilteredSamples samples = filter_samples(answer.value(), since, now);
  memory.latest.clear();
  for (const auto& [pid, sample] : samples.good) {
    memory.latest.push_back(sample);
    memory.last_seen = std::max(memory.last_seen, sample.stamp);
  }
  // After the clock was set back, the newest stamp of before must not shut the new ones out.
  memory.last_seen = std::max(choose_last_seen(memory.last_seen, now), since);
  return samples;
}

void set_utilization(ListedProcess& process, const UtilizationSample& sample) {
  UseReadings& readings = process.use.readings;
  readings[Metric::gpu_sm_utilization] = sample.sm / 100.0;
  readings[Metric::gpu_memory_utilization] = sample.memory / 100.0;
  readings[Metric::gpu_encoder_utilization] = sample.encoder / 100.0;
  readings[Metric::gpu_decoder_utilization] = sample.decoder / 100.0;
}

void set_utilization(ListedProcess& process, Missing reason) {
  for (const Metric metric : utilization_metrics) process.use.readings[metric] = reason;
}

// Samples are averages over processes that were seen working: a process of the list without one
// did nothing since then. One of which only nonsense was said is unknown.
void set_utilization(ListedProcess& process, const FilteredSamples& samples) {
  const auto pid = static_cast<std::uint32_t>(process.pid);
  const auto sample = samples.good.find(pid);
  if (sample != samples.good.end()) {
    set_utilization(process, sample->second);
  } else if (samples.bad.contains(pid)) {
    set_utilization(process, Missing::no_data);
  } else {
    set_utilization(process, UtilizationSample{});
  }
}

void add_utilization(DeviceCalls& calls, std::vector<ListedProcess>& rows) {
  if (rows.empty()) return;
  Missing reason = Missing::not_sampled;
  if (!calls.context().pid_rules.utilization_is_matchable) reason = Missing::withheld;
  if (calls.entry().is_instance()) reason = Missing::not_supported;
  Known<FilteredSamples> samples = reason;
  if (reason == Missing::not_sampled) samples = ask_samples(calls);
  for (ListedProcess& row : rows) {
    if (samples.is_known()) {
      set_utilization(row, samples.value());
    } else {
      set_utilization(row, samples.reason());
    }
  }
}

void apply_rules(const PidRules& rules, ProcessList& list) {
  for (ListedProcess& row : list.rows) {
    row.pid_space = rules.space;
    if (!rules.memory_is_true) row.use.readings[Metric::gpu_memory] = Missing::withheld;
  }
  if (!rules.lists_all && list.complete.is_known()) list.complete = false;
}

Known<std::uint32_t> ask_id(DeviceCalls& calls, Question question,
                            Function<Handle, std::uint32_t*> function) {
  return calls.ask<std::uint32_t>(
      question, [&](std::uint32_t& value) { return calls.call(function, &value); });
}

// Old forms of the list do not tell the instance, but the instance was asked, so it is known.
void add_instance_ids(DeviceCalls& calls, std::vector<ListedProcess>& rows) {
  if (!calls.entry().is_instance() || rows.empty()) return;
  const Symbols& symbols = calls.symbols();
  const auto gpu = ask_id(calls, Question::gpu_instance, symbols.gpu_instance);
  const auto compute = ask_id(calls, Question::compute_instance, symbols.compute_instance);
  for (ListedProcess& row : rows) {
    if (!row.use.gpu_instance_id.is_known()) row.use.gpu_instance_id = gpu;
    if (!row.use.compute_instance_id.is_known()) row.use.compute_instance_id = compute;
  }
}

Missing collect(DeviceCalls& calls, ProcessRows& rows) {
  const Symbols& symbols = calls.symbols();
  const Missing compute = add_list(calls,
                                   {Question::compute_processes,
                                    ContextType::compute,
                                    {symbols.compute_v3, symbols.compute_v2, symbols.compute_v1}},
                                   rows);
  const Missing graphics =
      add_list(calls,
               {Question::graphics_processes,
                ContextType::graphics,
                {symbols.graphics_v3, symbols.graphics_v2, symbols.graphics_v1}},
               rows);
  const Missing mps = add_list(calls,
                               {Question::mps_processes,
                                ContextType::compute,
                                {symbols.mps_v3, symbols.mps_v2, symbols.mps_v1}},
                               rows);
  if (compute != Missing::not_sampled) return compute;
  if (graphics != Missing::not_sampled) return graphics;
  // Drivers without MPS lists are not incomplete: they never had such clients to name.
  return mps == Missing::not_supported ? Missing::not_sampled : mps;
}

}  // namespace

ProcessList read_processes(DeviceCalls& calls) {
  ProcessList list;
  list.complete = calls.obstacle();
  if (list.complete.reason() != Missing::not_sampled) return list;
  list.complete = true;
  if (calls.entry().has_mig_on) return list;
  ProcessRows rows;
  if (const Missing reason = collect(calls, rows); reason != Missing::not_sampled) {
    list.complete = reason;
  }
  list.rows = rows.finish();
  add_instance_ids(calls, list.rows);
  add_utilization(calls, list.rows);
  apply_rules(calls.context().pid_rules, list);
  return list;
}

}  // namespace gander::driver::nvml
