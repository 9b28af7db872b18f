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
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <numbers>
#include <type_traits>

namespace gander::sim {

inline constexpr std::uint64_t state_magic = 0x314d4953444e4147;  // "GANDSIM1"
inline constexpr std::uint32_t state_layout = 1;

inline constexpr std::size_t max_gpus = 72;
inline constexpr std::size_t max_processes = 1024;
inline constexpr std::size_t max_held = 64;
inline constexpr std::size_t max_faults = 128;
inline constexpr std::size_t max_mig_slots = 8;
inline constexpr std::size_t max_fans = 8;
inline constexpr std::size_t max_links = 18;
inline constexpr std::size_t max_steps = 8;
inline constexpr std::size_t max_functions = 512;
inline constexpr std::size_t call_log_size = 4096;

template <std::size_t N>
using Text = std::array<char, N>;

/// Copies `from` (cut to fit) into a fixed, always terminated text.
template <std::size_t N>
void set_text(Text<N>& to, const char* from) {
  const std::size_t length = std::min(std::strlen(from), N - 1);
  to.fill('\0');
  std::memcpy(to.data(), from, length);
}

/// From `at_ns` (simulated time) on, `value` replaces the base of a curve.
struct Step {
  std::int64_t at_ns;
  double value;
};

/// A value over simulated time: base (or the last step passed) + sine + seeded noise, then clamped.
/// `maximum` below or equal to `minimum` means "not clamped above zero": only negatives become 0.
struct Curve {
  double base;
  double amplitude;      ///< of the sine, same unit as base
  double period_s;       ///< 0: no sine
  double phase;          ///< in turns, 0…1
  double noise;          ///< uniform in ±noise, a new draw every `noise_every_s`
  double noise_every_s;  ///< 0 means 1 s
  double minimum;
  double maximum;
  std::uint64_t seed;
  std::uint32_t step_count;
  std::uint32_t reserved;
  std::array<Step, max_steps> steps;  ///< ascending in at_ns
};

/// What has a curve on a GPU; units are the driver's own (percent, mW, °C, MHz, KB/s).
enum Metric : std::uint32_t {
  metric_gpu_utilization,     ///< percent
  metric_memory_utilization,  ///< percent, memory controller
  metric_encoder_utilization,
  metric_decoder_utilization,
  metric_jpeg_utilization,
  metric_ofa_utilization,
  metric_power_draw,          ///< milliwatts
  metric_temperature,         ///< °C, core
  metric_memory_temperature,  ///< °C
  metric_graphics_clock,      ///< MHz
  metric_sm_clock,
  metric_memory_clock,
  metric_video_clock,
  metric_fan_speed,     ///< percent of maximum, fan i adds fan_offset[i]
  metric_pcie_tx,       ///< KB/s
  metric_pcie_rx,       ///< KB/s
  metric_memory_other,  ///< bytes of memory used by nobody in the process table
  metric_count
};

/// What a board may lack; bit `1 << feature` in Gpu::unsupported answers 3 (not supported).
enum Feature : std::uint32_t {
  feature_gpu_utilization,  ///< GPU and memory-controller utilisation
  feature_encoder,
  feature_decoder,
  feature_jpeg,
  feature_ofa,
  feature_memory,  ///< framebuffer information (v1 and v2)
  feature_bar1,
  feature_power_draw,
  feature_power_limit,  ///< enforced, management, default limits and constraints
  feature_energy,
  feature_temperature,
  feature_memory_temperature,
  feature_temperature_limits,
  feature_fan,
  feature_clocks,
  feature_max_clocks,
  feature_performance_state,
  feature_clock_reasons,
  feature_pcie_link,
  feature_pcie_throughput,
  feature_ecc,
  feature_compute_mode,
  feature_persistence_mode,
  feature_display,
  feature_serial,
  feature_vbios,
  feature_process_list,
  feature_process_utilization,
  feature_mig,
  feature_nvlink,
  feature_gpm,
  feature_uuid,
  feature_minor,
  feature_count
};

/// One MIG device (GPU instance + compute instance) in a slot; slots may be sparse.
struct MigSlot {
  std::uint32_t present;
  std::uint32_t gpu_instance_id;
  std::uint32_t compute_instance_id;
  std::uint32_t gpu_instance_profile;  ///< NVML profile id
  std::uint32_t compute_instance_profile;
  std::uint32_t multiprocessors;
  std::uint32_t gpu_slices;
  std::uint32_t compute_slices;
  std::uint64_t memory_total;
  std::uint64_t memory_reserved;
  Text<80> name;          ///< whole device name, such as "NVIDIA A100-SXM4-40GB MIG 1g.5gb"
  Text<80> uuid;          ///< "MIG-…"
  Curve gpu_utilization;  ///< percent, for GPM only
};

struct Gpu {
  // Identity.
  Text<96> name;
  Text<80> uuid;
  Text<32> serial;
  Text<32> vbios;
  Text<80> board_part_number;
  std::uint32_t pci_domain, pci_bus, pci_device, pci_device_id, pci_subsystem_id;
  std::uint32_t minor;
  std::uint32_t brand, architecture;  ///< numbers of NVML
  std::uint32_t compute_major, compute_minor;
  std::uint32_t cores, memory_bus_width, board_id, multiprocessors;
  // Health; all of it live.
  std::uint32_t lost;            ///< 15 from every call on this GPU
  std::uint32_t reset_required;  ///< 16 from every call on this GPU
  std::uint32_t attach_code;     ///< code of a handle look-up (4, 17, …), 0: fine
  std::uint32_t reserved;
  std::uint64_t unsupported;  ///< bits of Feature
  // Load.
  std::array<Curve, metric_count> curves;
  // Memory, bytes. Used = memory_other + processes + held, never above total - reserved.
  std::uint64_t memory_total, memory_reserved, bar1_total, bar1_used;
  // Power, milliwatts; energy_anchor_mj is the counter at energy_anchor_ns.
  std::uint32_t power_limit, power_limit_enforced, power_limit_default;
  std::uint32_t power_limit_minimum, power_limit_maximum, reserved_power;
  std::int64_t energy_anchor_ns;
  double energy_anchor_mj;
  // Temperature limits, °C; 0: not supported.
  std::uint32_t temperature_shutdown, temperature_slowdown, temperature_memory_max;
  std::uint32_t temperature_gpu_max;
  // Fans.
  std::uint32_t fan_count, fan_minimum, fan_maximum, reserved_fan;
  std::array<std::int32_t, max_fans> fan_offset;
  // Maximum clocks, MHz, and states.
  std::uint32_t max_graphics_clock, max_sm_clock, max_memory_clock, max_video_clock;
  std::uint32_t performance_state;  ///< 0…15, 32 unknown
  std::uint32_t reserved_clock;
  std::uint64_t clock_reasons, clock_reasons_supported;  ///< bits of NVML
  // PCIe.
  std::uint32_t pcie_generation, pcie_generation_max, pcie_width, pcie_width_max;
  std::uint32_t pcie_generation_device_max, pcie_replays;
  // ECC.
  std::uint32_t ecc_current, ecc_pending;
  std::uint64_t ecc_volatile_corrected, ecc_volatile_uncorrected;
  std::uint64_t ecc_aggregate_corrected, ecc_aggregate_uncorrected;
  // Modes.
  std::uint32_t compute_mode;  ///< 0 default, 1 exclusive thread, 2 prohibited, 3 exclusive process
  std::uint32_t persistence_mode, display_mode, display_active;
  // NVLink.
  std::uint32_t link_count, link_version, link_active_mask;
  // MIG.
  std::uint32_t mig_mode, mig_pending;
  std::uint32_t mig_generation;   ///< raise it at each re-configuration: older handles die
  std::uint32_t mig_max_devices;  ///< 0: 7
  std::array<MigSlot, max_mig_slots> mig;
};

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
  std::int32_t mig_slot;                           ///< -1: the whole GPU
  std::uint32_t type;                              ///< bits of ProcessType
  std::uint32_t memory_unknown;                    ///< 1: the driver answers ULLONG_MAX
  Curve memory;                                    ///< bytes
  Curve sm, memory_utilization, encoder, decoder;  ///< percent; all 0 = idle, no sample
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
  std::uint32_t reserved;
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
  std::uint32_t gpu_count;
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

/// Uniform in [-1, 1], the same for the same seed and index on every machine (splitmix64).
[[nodiscard]] inline double noise_at(std::uint64_t seed, std::int64_t index) {
  std::uint64_t z = seed + static_cast<std::uint64_t>(index) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) / 4503599627370496.0 - 1.0;
}

/// The base of a curve at `t_ns`, steps considered.
[[nodiscard]] inline double base_at(const Curve& curve, std::int64_t t_ns) {
  double base = curve.base;
  const std::size_t count = std::min<std::size_t>(curve.step_count, max_steps);
  for (std::size_t i = 0; i < count && curve.steps[i].at_ns <= t_ns; ++i)
    base = curve.steps[i].value;
  return base;
}

/// The value of a curve at `t_ns`: pure, the same in library, launcher and tests.
[[nodiscard]] inline double value_at(const Curve& curve, std::int64_t t_ns) {
  const double seconds = static_cast<double>(t_ns) / 1e9;
  double value = base_at(curve, t_ns);
  if (curve.period_s > 0)
    value +=
        curve.amplitude * std::sin(2 * std::numbers::pi * (seconds / curve.period_s + curve.phase));
  if (curve.noise > 0) {
    const double every = curve.noise_every_s > 0 ? curve.noise_every_s : 1.0;
    value +=
        curve.noise * noise_at(curve.seed, static_cast<std::int64_t>(std::floor(seconds / every)));
  }
  if (curve.maximum > curve.minimum) value = std::clamp(value, curve.minimum, curve.maximum);
  return std::isfinite(value) ? std::max(value, 0.0) : 0.0;
}

/// `value_at` rounded to the nearest whole number, as the driver's integers are.
[[nodiscard]] inline std::uint64_t whole_at(const Curve& curve, std::int64_t t_ns) {
  return static_cast<std::uint64_t>(std::llround(std::min(value_at(curve, t_ns), 9e18)));
}

/// A curve that never moves.
[[nodiscard]] inline Curve constant(double value) {
  Curve curve{};
  curve.base = value;
  return curve;
}

/// Integral of a curve's base and sine from `from_ns` to `to_ns`, in unit x seconds. Noise has mean
/// zero and is left out, so a counter built on this never runs backwards while base >= amplitude.
[[nodiscard]] inline double integral(const Curve& curve, std::int64_t from_ns, std::int64_t to_ns) {
  double sum = 0;
  std::int64_t at = from_ns;
  const std::size_t count = std::min<std::size_t>(curve.step_count, max_steps);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t step = curve.steps[i].at_ns;
    if (step <= at || step >= to_ns) continue;
    sum += base_at(curve, at) * static_cast<double>(step - at) / 1e9;
    at = step;
  }
  sum += base_at(curve, at) * static_cast<double>(to_ns - at) / 1e9;
  if (curve.period_s > 0) {
    const double turn = 2 * std::numbers::pi;
    const auto angle = [&](std::int64_t t) {
      return turn * (static_cast<double>(t) / 1e9 / curve.period_s + curve.phase);
    };
    sum += curve.amplitude * curve.period_s / turn *
           (std::cos(angle(from_ns)) - std::cos(angle(to_ns)));
  }
  return sum;
}

/// The energy counter of a GPU, millijoules.
[[nodiscard]] inline double energy_mj(const Gpu& gpu, std::int64_t t_ns) {
  return gpu.energy_anchor_mj +
         std::max(0.0, integral(gpu.curves[metric_power_draw], gpu.energy_anchor_ns, t_ns));
}

/// Call before changing the power curve of a GPU, so that its energy counter goes on from here.
inline void anchor_energy(Gpu& gpu, std::int64_t t_ns) {
  gpu.energy_anchor_mj = energy_mj(gpu, t_ns);
  gpu.energy_anchor_ns = t_ns;
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
