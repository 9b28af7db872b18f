// SPDX-License-Identifier: Apache-2.0
// The contract between a simulated driver library and whoever drives it: one plain struct in one
// shared file, and the arithmetic that turns its curves into values. It must stay free of any
// dependency but the C and C++ standard libraries, and of NVML's own declarations.
//
// The file is `$GANDER_SIM/state`. Readers map it and look at it on every call, so every change is
// live. Writers wrap each change in `begin_write` / `end_write`; see state_file.hpp.
// All structs are zero-initialised to a sane "absent"; strings are NUL-terminated.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <type_traits>

#include "sim/nvml/state_gpu.hpp"

namespace gander::sim {

inline constexpr std::uint64_t state_magic = 0x314d4953444e4147;  // "GANDSIM1"
inline constexpr std::uint32_t state_layout = 3;

inline constexpr std::size_t max_gpus = 72;
inline constexpr std::size_t max_processes = 1024;
inline constexpr std::size_t max_held = 64;
inline constexpr std::size_t max_faults = 128;
inline constexpr std::size_t max_functions = 512;
inline constexpr std::size_t call_log_size = 4096;

/// How a process uses a GPU; bits of Process::type.
enum ProcessType : std::uint32_t { type_compute = 1, type_graphics = 2, type_mps = 4 };

/// One process on one GPU (a process on two GPUs has two rows). Free rows have present == 0.
struct Process {
  std::uint32_t present;
  std::uint32_t pid;       ///< as seen by the caller
  std::uint32_t host_pid;  ///< as seen outside the caller's PID namespace; 0: same as pid
  std::uint32_t
      hidden;  ///< 1: invisible from the caller's namespace (dropped in PIDs mode namespace)
  std::uint32_t gpu;
  std::int32_t mig_slot;         ///< -1: the whole GPU
  std::uint32_t type;            ///< bits of ProcessType
  std::uint32_t memory_unknown;  ///< 1: the driver answers ULLONG_MAX
  Curve memory;                  ///< bytes
  /// Percent; all 0: idle, no sample.
  Curve sm, memory_utilization, encoder, decoder, jpeg, ofa;
  /// Its number in each PID namespace from the launcher's inwards; all 0: not published.
  std::array<NamespacePid, max_pid_spaces> spaces;
};

/// Memory taken by `sim hold`; listed as a compute process. Free rows have present == 0.
struct Held {
  std::uint32_t present;
  std::uint32_t pid;
  std::uint32_t host_pid;
  std::uint32_t gpu;
  std::int32_t mig_slot;
  std::uint32_t reserved;
  std::uint64_t memory;
};

/// What goes wrong in calls. `symbol` is a full name ("nvmlDeviceGetPowerUsage"), a prefix ending
/// in
/// "*", or "*". Counted per matching call: `skip_calls` pass first, then `remaining` are hit.
struct CallFault {
  std::uint32_t active;
  std::int32_t gpu;          ///< -1: any GPU and calls without a GPU
  std::int32_t code;         ///< return code to answer, or -1: answer as usual
  std::uint32_t hang;        ///< 1: block until this flag or `active` is cleared
  std::uint32_t latency_us;  ///< slept before answering, real time
  std::int32_t skip_calls;   ///< counted down by the library
  std::int32_t remaining;    ///< counted down by the library; -1: for ever
  std::uint32_t jitter_us;   ///< up to so much more of latency
  Text<64> symbol;
};

enum ClockMode : std::uint32_t { clock_wall, clock_hand };

/// Simulated time is nanoseconds since the machine started.
struct Clock {
  std::uint32_t mode;
  std::uint32_t samples_stay_fresh;   ///< 1: mode clock_hand stamps samples with the real time
  std::int64_t hand_ns;               ///< the time in mode clock_hand
  std::int64_t started_monotonic_ns;  ///< CLOCK_MONOTONIC at time 0, mode clock_wall
  std::int64_t epoch_unix_ns;         ///< Unix time at simulated time 0
};

enum PidMode : std::uint32_t {
  pids_local,      ///< lists and samples carry `pid` (no PID namespace)
  pids_host,       ///< both carry host_pid (drivers before 535.113 in a container)
  pids_namespace,  ///< both carry `pid`; rows of hidden processes are dropped (570.86 and later)
  pids_mixed,  ///< lists as pids_namespace, utilisation samples carry host_pid (between the two)
  pids_auto,   ///< by the branch and the namespace of the caller, told from Process::spaces
};

/// Confidential computing, in numbers of NVML.
struct Confidential {
  std::uint32_t environment;  ///< 0: off, 1: simulation, 2: production
  std::uint32_t dev_tools;    ///< 1: tools may look into protected GPUs
  std::uint32_t multi_gpu;    ///< 0: none, 1: protected PCIe, 2: encrypted links
  std::uint32_t cpu;          ///< what the processor offers: 0: nothing
  std::uint32_t busy;         ///< 1: GPUs take no work yet
  std::uint32_t reserved;
};

/// Which symbols the library hides and how its structs look follow from the branch.
struct Driver {
  std::uint32_t branch_major, branch_minor;  ///< 535, 54
  std::int32_t cuda_version;                 ///< 12020 for 12.2
  std::uint32_t init_code;                   ///< code of nvmlInit*, 0: fine
  std::uint32_t unloaded;                    ///< 1: code 9 from init and from every call
  std::uint32_t generation;   ///< raise it when the driver comes back: older inits are stale
  std::uint32_t global_lock;  ///< 1: one call at a time, latency and hangs included
  std::uint32_t count_query_returns_zero;  ///< quirk: 0 instead of 7 for a NULL/0 process query
  std::uint32_t lenient_versions;          ///< 1: do not check version words
  std::uint32_t process_stride;            ///< 16, 24, 32 of the `_v3` lists; 0: by branch
  std::uint32_t pid_mode;
  std::uint32_t init_delay_ms;
  Confidential confidential;
  std::uint32_t quirks;             ///< bits of Quirk
  std::uint32_t stale_handle_code;  ///< what old handles of MIG devices answer; 0: 2
  std::int32_t init_tries;          ///< init_code ends after so many tries; 0: never
  std::uint32_t reserved_driver;
  Upgrade upgrade;
  Text<80> version;       ///< "550.54.15"
  Text<80> nvml_version;  ///< "12.550.54.15"
};

/// How often a function was called; `name` is written by the library.
struct FunctionCalls {
  Text<56> name;
  std::uint64_t count;
};

/// One finished (or hanging: rc == -1) call. `sequence` is its 1-based number; 0 = never written.
struct CallRecord {
  std::uint64_t sequence;
  std::int64_t at_ns;  ///< CLOCK_MONOTONIC when it began
  std::uint64_t duration_ns;
  std::uint32_t pid;
  std::uint32_t function;  ///< index into State::functions
  std::int32_t gpu;        ///< -1: none
  std::int32_t code;
};

/// The whole machine, as it lies in the file.
struct State {
  std::uint64_t magic;
  std::uint32_t layout;
  std::uint32_t size_check;  ///< sizeof(State)
  std::uint64_t sequence;    ///< odd while somebody writes; see begin_write
  Text<64> machine;          ///< name of the description
  std::uint32_t launcher_pid;
  std::uint32_t gpu_count;  ///< with those that are absent
  std::uint64_t pid_space;  ///< inode of the launcher's PID namespace; 0: not published
  Clock clock;
  Driver driver;
  std::array<Gpu, max_gpus> gpus;
  std::uint32_t process_count;  ///< rows in use or once used: scan this many
  std::uint32_t held_count;     ///< likewise
  std::array<Process, max_processes> processes;
  std::array<Held, max_held> held;
  std::array<CallFault, max_faults> faults;
  // Written by the library (when it could map the file for writing).
  std::uint64_t calls;  ///< all calls ever
  std::array<FunctionCalls, max_functions> functions;
  std::array<CallRecord, call_log_size> log;
};

static_assert(std::is_trivially_copyable_v<State> && std::is_standard_layout_v<State>);
static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free);

/// A word another process may change at any moment. The const_cast is sound: the mapping is shared
/// memory, and a load does not write.
template <class T>
[[nodiscard]] T live(const T& word) {
  return std::atomic_ref<T>(const_cast<T&>(word)).load(std::memory_order_acquire);
}

template <class T>
void set_live(T& word, T value) {
  std::atomic_ref<T>(word).store(value, std::memory_order_release);
}

/// Writers (serialised among themselves by a lock on the file) bracket every change of more than
/// one word with these two.
inline void begin_write(State& state) {
  std::atomic_ref<std::uint64_t>(state.sequence).fetch_add(1, std::memory_order_acq_rel);
}
inline void end_write(State& state) {
  std::atomic_ref<std::uint64_t>(state.sequence).fetch_add(1, std::memory_order_acq_rel);
}

/// Calls `read` until it ran with no writer in between. A writer that died half way costs a bounded
/// number of tries, never a hang.
template <class Read>
auto read_consistently(const State& state, Read read) {
  for (int tries = 0;; ++tries) {
    const std::uint64_t before = live(state.sequence);
    auto result = read();
    std::atomic_thread_fence(std::memory_order_acquire);
    const bool torn = (before & 1U) != 0 || live(state.sequence) != before;
    if (!torn || tries == 200) return result;
    const timespec pause{0, 50'000};
    if ((before & 1U) != 0) nanosleep(&pause, nullptr);
  }
}

/// Simulated time now.
[[nodiscard]] inline std::int64_t now_ns(const State& state) {
  if (live(state.clock.mode) == clock_hand) return live(state.clock.hand_ns);
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec - live(state.clock.started_monotonic_ns);
}

/// Unix time in microseconds at simulated time `t_ns`.
[[nodiscard]] inline std::uint64_t unix_us(const State& state, std::int64_t t_ns) {
  return static_cast<std::uint64_t>((state.clock.epoch_unix_ns + t_ns) / 1000);
}
/// Bytes in use on a GPU (`slot` -1) or on one of its MIG slots: processes, held rows and, for the
/// whole GPU, metric_memory_other; never above total - reserved.
[[nodiscard]] inline std::uint64_t memory_used(const State& state, std::size_t gpu, int slot,
                                               std::int64_t t_ns) {
  const Gpu& g = state.gpus[gpu];
  std::uint64_t used = slot < 0 ? whole_at(g.curves[metric_memory_other], t_ns) : 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(state.process_count, max_processes); ++i) {
    const Process& p = state.processes[i];
    if (p.present != 0 && p.gpu == gpu && (slot < 0 || p.mig_slot == slot))
      used += whole_at(p.memory, t_ns);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(state.held_count, max_held); ++i) {
    const Held& h = state.held[i];
    if (h.present != 0 && h.gpu == gpu && (slot < 0 || h.mig_slot == slot)) used += h.memory;
  }
  const auto at = static_cast<std::size_t>(slot < 0 ? 0 : slot) % max_mig_slots;
  const std::uint64_t total = slot < 0 ? g.memory_total : g.mig[at].memory_total;
  const std::uint64_t kept = slot < 0 ? g.memory_reserved : g.mig[at].memory_reserved;
  return std::min(used, total > kept ? total - kept : 0);
}

}  // namespace gander::sim
