// SPDX-License-Identifier: Apache-2.0
// Asks for process lists and joins them with what else is told of single processes.
#include "driver/nvml/processes.hpp"

#include <algorithm>
#include <chrono>

#include "driver/nvml/process_facts.hpp"

namespace gander::driver::nvml {
namespace {

// A list that keeps growing between calls is given up after this many tries.
constexpr int most_tries = 4;
constexpr std::chrono::nanoseconds graphics_period = std::chrono::seconds(15);
// Who draws stays for long, and this list is as dear as the one of those who compute.
constexpr std::chrono::nanoseconds drawn_period = std::chrono::seconds(5);
constexpr std::chrono::nanoseconds mps_period = std::chrono::seconds(30);
constexpr std::chrono::nanoseconds tolerance = std::chrono::milliseconds(100);

using ListFunction = Function<Handle, std::uint32_t*, void*>;

/// The forms of one list, newest first.
struct ListForms {
  ListFunction v3;
  ListFunction v2;
  ListFunction v1;
};

/// One of the lists a device has: what it is called, and what its rows are.
struct ListKind {
  Question question;
  void (*add)(ProcessRows& rows, const ProcessRow& row);
  ListForms forms;
  std::vector<ProcessRow>* keep = nullptr;  ///< Also takes the rows; null: nobody wants them.
};

void add_compute(ProcessRows& rows, const ProcessRow& row) { rows.add(row, ContextType::compute); }
void add_graphics(ProcessRows& rows, const ProcessRow& row) {
  rows.add(row, ContextType::graphics);
}
void add_mps(ProcessRows& rows, const ProcessRow& row) { rows.add_mps(row); }

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

/// Adds the rows of one list and tells their number, or why there is none.
Known<std::size_t> add_list(DeviceCalls& calls, const ListKind& kind, ProcessRows& rows) {
  const auto list = ask_list(calls, kind.question, kind.forms);
  if (!list.is_known()) calls.check("processes", list);
  if (!list.is_known()) return list.reason();
  const auto bytes = calls.entry().process_buffer.bytes();
  for (std::size_t i = 0; i < list.value().count; ++i) {
    const ProcessRow row = decode_row(bytes, i, list.value().stride);
    kind.add(rows, row);
    if (kind.keep != nullptr) kind.keep->push_back(row);
  }
  return list.value().count;
}

/// When a list that is nearly always empty was found so, and how long that is believed.
struct Rarity {
  LastAsked& empty_at;
  std::chrono::nanoseconds period;
};

// Each list takes the driver's global lock; those that were empty wait.
Known<std::size_t> add_rare_list(DeviceCalls& calls, const ListKind& kind, const Rarity& rarity,
                                 ProcessRows& rows) {
  const auto now = calls.context().clock.steady();
  if (rarity.empty_at && now - *rarity.empty_at + tolerance < rarity.period) return std::size_t{0};
  const Known<std::size_t> count = add_list(calls, kind, rows);
  rarity.empty_at.reset();
  if (count == Known<std::size_t>{0}) rarity.empty_at = now;
  return count;
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
  const bool is_told = std::ranges::all_of(rows, [](const ListedProcess& row) {
    return row.use.gpu_instance_id.is_known() && row.use.compute_instance_id.is_known();
  });
  if (!calls.entry().is_instance() || is_told) return;
  const Symbols& symbols = calls.symbols();
  const auto gpu = ask_id(calls, Question::listed_gpu_instance, symbols.gpu_instance);
  const auto compute = ask_id(calls, Question::listed_compute_instance, symbols.compute_instance);
  for (ListedProcess& row : rows) {
    if (!row.use.gpu_instance_id.is_known()) row.use.gpu_instance_id = gpu;
    if (!row.use.compute_instance_id.is_known()) row.use.compute_instance_id = compute;
  }
}

/// The rows of those who draw: asked for now, or those of a moment ago.
Known<std::size_t> add_drawing(DeviceCalls& calls, ListKind kind, ProcessRows& rows) {
  DeviceEntry& entry = calls.entry();
  KeptRows& kept = entry.drawing;
  const auto now = calls.context().clock.steady();
  if (kept.asked_at && now - *kept.asked_at + tolerance < drawn_period) {
    const std::chrono::duration<double> age = now - *kept.asked_at;
    for (const ProcessRow& row : kept.rows) rows.add_kept(row, ContextType::graphics, age.count());
    return kept.rows.size();
  }
  kept = {};
  kind.keep = &kept.rows;
  const auto count = add_rare_list(calls, kind, {entry.graphics_at, graphics_period}, rows);
  if (!kept.rows.empty()) kept.asked_at = now;
  return count;
}

Missing collect(DeviceCalls& calls, ProcessRows& rows) {
  const Symbols& symbols = calls.symbols();
  DeviceEntry& entry = calls.entry();
  const ListKind compute{Question::compute_processes,
                         add_compute,
                         {symbols.compute_v3, symbols.compute_v2, symbols.compute_v1}};
  const ListKind graphics{Question::graphics_processes,
                          add_graphics,
                          {symbols.graphics_v3, symbols.graphics_v2, symbols.graphics_v1}};
  const ListKind mps{
      Question::mps_processes, add_mps, {symbols.mps_v3, symbols.mps_v2, symbols.mps_v1}};
  const auto computing = add_list(calls, compute, rows);
  const auto drawing = add_drawing(calls, graphics, rows);
  const auto sharing = add_rare_list(calls, mps, {entry.mps_at, mps_period}, rows);
  rows.set_others_mps(sharing.is_known() ? Known<bool>{false} : Known<bool>{sharing.reason()});
  if (!computing.is_known()) return computing.reason();
  if (!drawing.is_known()) return drawing.reason();
  // Drivers without MPS lists are not incomplete: they never had such clients to name.
  const bool is_fine = sharing.is_known() || sharing.reason() == Missing::not_supported;
  return is_fine ? Missing::not_sampled : sharing.reason();
}

}  // namespace

ProcessList read_processes(DeviceCalls& calls, const MetricSet& wanted) {
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
  add_utilization(calls, wanted, list.rows);
  add_protected_memory(calls, wanted, list.rows);
  add_accounting(calls, wanted, list.rows);
  apply_rules(calls.context().pid_rules, list);
  return list;
}

}  // namespace gander::driver::nvml
