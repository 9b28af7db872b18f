// SPDX-License-Identifier: Apache-2.0
// Process lists in the entry sizes of history, and the samples of what each process used.
#include <array>

#include "sim/nvml/fault_rows.hpp"
#include "sim/nvml/process_pid.hpp"

namespace gander::sim::nvml {
namespace {

/// One driver sample is taken this often, of a ring of 72.
constexpr std::int64_t sample_ns = 139'000'000;
constexpr std::int64_t ring_samples = 72;
/// What the driver answers to a caller who asks how much room samples need.
constexpr u32 sample_capacity = 100;

u64 memory_of(const Target& t, const Process& process, const SeenProcess& seen) {
  if (process.memory_unknown != 0) return value_not_available;
  return seen.has_no_bytes ? 0 : whole_at(process.memory, t.t_ns);
}

Row make_row(const Target& t, u32 pid, u64 memory, int slot) {
  // While a GPU computes confidentially, all that processes allocate is protected.
  const bool is_protected = t.gpu.protected_memory != 0 && memory != value_not_available;
  const u32 none = has_quirk(t.state, quirk_instances_zero) ? 0 : no_instance;
  Row row{pid, none, none, memory, is_protected ? memory : 0};
  const bool is_instance = t.gpu.mig_mode != 0 && slot >= 0;
  if (is_instance && slot < static_cast<int>(max_mig_slots)) {
    const MigSlot& mig = t.gpu.mig[static_cast<std::size_t>(slot)];
    row.gpu_instance = mig.gpu_instance_id;
    row.compute_instance = mig.compute_instance_id;
  }
  return row;
}

bool is_here(const Target& t, u32 gpu, int slot) {
  return gpu == t.place.gpu && (!t.is_mig() || slot == t.place.slot);
}

void collect(const Target& t, u32 types, Rows& rows) {
  const State& state = t.state;
  if (has_quirk(state, quirk_wsl)) return;
  for (std::size_t i = 0; i < std::min<std::size_t>(state.process_count, max_processes); ++i) {
    const Process& p = state.processes[i];
    if (p.present == 0 || (p.type & types) == 0 || !is_here(t, p.gpu, p.mig_slot)) continue;
    const SeenProcess seen = see_process(state, p);
    if (!seen.is_listed) continue;
    rows.at[rows.count++] = make_row(t, seen.list_pid, memory_of(t, p, seen), p.mig_slot);
  }
  if ((types & type_compute) == 0) return;
  for (std::size_t i = 0; i < std::min<std::size_t>(state.held_count, max_held); ++i) {
    const Held& h = state.held[i];
    if (h.present == 0 || !is_here(t, h.gpu, h.mig_slot)) continue;
    const SeenProcess seen = see_holder(state, h);
    if (!seen.is_listed) continue;
    rows.at[rows.count++] =
        make_row(t, seen.list_pid, seen.has_no_bytes ? 0 : h.memory, h.mig_slot);
  }
  add_false_rows(t, rows);
}

/// Writes the row as an entry of `stride` bytes; the three layouts share their beginning.
void write_entry(void* infos, std::size_t index, std::size_t stride, const Row& row) {
  ProcessDetail entry{};
  entry.pid = row.pid;
  entry.memory = row.memory;
  entry.gpu_instance = row.gpu_instance;
  entry.compute_instance = row.compute_instance;
  entry.protected_memory = row.protected_memory;
  std::memcpy(static_cast<char*>(infos) + index * stride, &entry, stride);
}

/// Entry size of the `_v3` lists: 535.43 to 535.86 wrote 32 bytes under the same name.
std::size_t newest_stride(const State& state) {
  const Driver& driver = state.driver;
  if (driver.process_stride == 16 || driver.process_stride == 24 || driver.process_stride == 32)
    return driver.process_stride;
  return driver.branch_major == 535 && driver.branch_minor <= 86 ? 32 : 24;
}

struct Request {
  u32* count;
  void* infos;
  u32 capacity;
};

Request request_of(u32* count, void* infos) {
  return {count, infos, count == nullptr ? 0 : *count};
}

Return list(const Target& t, u32 types, std::size_t stride, const Request& request) {
  if (request.count == nullptr || (request.capacity > 0 && request.infos == nullptr))
    return invalid_argument;
  if (t.lacks(feature_process_list)) return not_supported;
  Rows rows;
  collect(t, types, rows);
  *request.count = static_cast<u32>(rows.count);
  if (request.capacity < rows.count) {
    const bool is_query = request.capacity == 0;
    return is_query && t.state.driver.count_query_returns_zero != 0 ? success : insufficient_size;
  }
  for (std::size_t i = 0; i < rows.count; ++i) write_entry(request.infos, i, stride, rows.at[i]);
  return success;
}

enum class Entry { v1 = 16, v2 = 24, newest };

template <Name name>
Return answer_list(Device device, u32 types, Entry entry, const Request& request) {
  return on_device<name>(device, [&](const Target& t) {
    const bool is_alias = has_quirk(t.state, quirk_lists_alias);
    const std::size_t stride = entry == Entry::newest || is_alias ? newest_stride(t.state)
                                                                  : static_cast<std::size_t>(entry);
    return list(t, types, stride, request);
  });
}

u32 types_of_mode(u32 mode) {
  constexpr u32 modes[] = {type_compute, type_graphics, type_mps};
  return mode < 3 ? modes[mode] : type_compute | type_graphics | type_mps;
}

Return list_details(const Target& t, ProcessDetailList& wanted, u32 capacity) {
  if (!is_version(t.state, wanted.version, version_word<ProcessDetailList>(1)))
    return argument_version_mismatch;
  if (wanted.mode > 3) return invalid_argument;
  // Only Hopper (9) and later answer it.
  if (t.gpu.architecture < 9) return not_supported;
  return list(t, types_of_mode(wanted.mode), sizeof(ProcessDetail),
              {&wanted.count, wanted.rows, capacity});
}

/// The stamp of a sample taken at `t_ns`. Callers ask for what is newer than a second ago: where
/// the machine stands still, its last samples are the newest for ever.
u64 stamp_of(const Target& t, std::int64_t t_ns) {
  const Clock& clock = t.state.clock;
  if (live(clock.mode) != clock_hand || clock.samples_stay_fresh == 0) {
    return unix_us(t.state, t_ns);
  }
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t age_ns = t.t_ns - t_ns;
  const std::int64_t stamp_us = now.tv_sec * 1'000'000 + (now.tv_nsec - age_ns) / 1000;
  return static_cast<u64>(stamp_us);
}

/// What a process used in the sample taken at `t_ns`.
ProcessUtilization use_of(const Target& t, const Process& p, std::int64_t t_ns) {
  ProcessUtilization use{};
  use.time_us = stamp_of(t, t_ns);
  use.sm = static_cast<u32>(whole_at(p.sm, t_ns));
  use.memory = static_cast<u32>(whole_at(p.memory_utilization, t_ns));
  use.encoder = static_cast<u32>(whole_at(p.encoder, t_ns));
  use.decoder = static_cast<u32>(whole_at(p.decoder, t_ns));
  use.jpeg = static_cast<u32>(whole_at(p.jpeg, t_ns));
  use.ofa = static_cast<u32>(whole_at(p.ofa, t_ns));
  return use;
}

/// The latest sample of the ring that found the process at work and is newer than `last_seen_us`.
bool find_use(const Target& t, const Process& p, u64 last_seen_us, ProcessUtilization& use) {
  const std::int64_t newest = t.t_ns / sample_ns;
  for (std::int64_t sample = newest; sample >= 0 && sample > newest - ring_samples; --sample) {
    use = use_of(t, p, sample * sample_ns);
    if (use.time_us <= last_seen_us) return false;
    const u32 engines = use.encoder + use.decoder + use.jpeg + use.ofa;
    if (use.sm != 0 || use.memory != 0 || engines != 0) return true;
  }
  return false;
}

Return collect_uses(const Target& t, u64 last_seen_us, Uses& uses) {
  if (t.lacks(feature_process_utilization) || t.gpu.mig_mode != 0) return not_supported;
  for (std::size_t i = 0; i < std::min<std::size_t>(t.state.process_count, max_processes); ++i) {
    const Process& p = t.state.processes[i];
    if (p.present == 0 || p.gpu != t.place.gpu) continue;
    const SeenProcess seen = see_process(t.state, p);
    ProcessUtilization& use = uses.at[uses.count];
    if (!seen.is_sampled || !find_use(t, p, last_seen_us, use)) continue;
    use.pid = seen.sample_pid;
    ++uses.count;
  }
  add_false_uses(t, last_seen_us, uses);
  return success;
}

ProcessSample sample_of(const ProcessUtilization& use) {
  return {use.pid, use.time_us, use.sm, use.memory, use.encoder, use.decoder};
}

/// The rules both sample functions share; `write(index, use)` stores a row.
template <class Write>
Return sample(const Target& t, u64 last_seen_us, const Request& request, Write write) {
  Uses uses;
  if (const Return code = collect_uses(t, last_seen_us, uses)) return code;
  if (request.infos == nullptr || request.capacity == 0) {
    *request.count = std::max<u32>(sample_capacity, static_cast<u32>(uses.count));
    return insufficient_size;
  }
  *request.count = static_cast<u32>(uses.count);
  if (uses.count == 0) return not_found;
  if (uses.count > request.capacity) return insufficient_size;
  for (std::size_t i = 0; i < uses.count; ++i) write(i, uses.at[i]);
  return success;
}

}  // namespace

extern "C" {

Return nvmlDeviceGetComputeRunningProcesses(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetComputeRunningProcesses">(device, type_compute, Entry::v1,
                                                             request_of(count, infos));
}

Return nvmlDeviceGetComputeRunningProcesses_v2(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetComputeRunningProcesses_v2">(device, type_compute, Entry::v2,
                                                                request_of(count, infos));
}

Return nvmlDeviceGetComputeRunningProcesses_v3(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetComputeRunningProcesses_v3">(device, type_compute, Entry::newest,
                                                                request_of(count, infos));
}

Return nvmlDeviceGetGraphicsRunningProcesses(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetGraphicsRunningProcesses">(device, type_graphics, Entry::v1,
                                                              request_of(count, infos));
}

Return nvmlDeviceGetGraphicsRunningProcesses_v2(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetGraphicsRunningProcesses_v2">(device, type_graphics, Entry::v2,
                                                                 request_of(count, infos));
}

Return nvmlDeviceGetGraphicsRunningProcesses_v3(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetGraphicsRunningProcesses_v3">(
      device, type_graphics, Entry::newest, request_of(count, infos));
}

Return nvmlDeviceGetMPSComputeRunningProcesses(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetMPSComputeRunningProcesses">(device, type_mps, Entry::v1,
                                                                request_of(count, infos));
}

Return nvmlDeviceGetMPSComputeRunningProcesses_v2(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetMPSComputeRunningProcesses_v2">(device, type_mps, Entry::v2,
                                                                   request_of(count, infos));
}

Return nvmlDeviceGetMPSComputeRunningProcesses_v3(Device device, u32* count, void* infos) {
  return answer_list<"nvmlDeviceGetMPSComputeRunningProcesses_v3">(device, type_mps, Entry::newest,
                                                                   request_of(count, infos));
}

Return nvmlDeviceGetRunningProcessDetailList(Device device, ProcessDetailList* wanted) {
  const u32 capacity = wanted == nullptr ? 0 : wanted->count;
  return on_device<"nvmlDeviceGetRunningProcessDetailList">(device, [&](const Target& t) {
    return wanted == nullptr ? invalid_argument : list_details(t, *wanted, capacity);
  });
}

Return nvmlDeviceGetProcessUtilization(Device device, ProcessSample* rows, u32* count,
                                       u64 last_seen_us) {
  const Request request = request_of(count, rows);
  return on_board<"nvmlDeviceGetProcessUtilization">(device, [&](const Target& t) {
    if (request.count == nullptr) return invalid_argument;
    return sample(t, last_seen_us, request,
                  [&](std::size_t i, const ProcessUtilization& use) { rows[i] = sample_of(use); });
  });
}

Return nvmlDeviceGetProcessesUtilizationInfo(Device device, ProcessesUtilization* wanted) {
  const u32 capacity = wanted == nullptr ? 0 : wanted->count;
  return on_board<"nvmlDeviceGetProcessesUtilizationInfo">(device, [&](const Target& t) {
    if (wanted == nullptr) return invalid_argument;
    if (!is_version(t.state, wanted->version, version_word<ProcessesUtilization>(1)))
      return argument_version_mismatch;
    ProcessUtilization* rows = wanted->rows;
    return sample(t, wanted->last_seen_us, {&wanted->count, rows, capacity},
                  [&](std::size_t i, const ProcessUtilization& use) { rows[i] = use; });
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
