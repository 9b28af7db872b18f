// SPDX-License-Identifier: Apache-2.0
// One GPU of a simulated machine: what it is, its load, its health and its wiring, and the counters
// that grow with simulated time. Plain data for the shared file; it must not know NVML's structs.
#pragma once

#include "sim/nvml/state_curve.hpp"
#include "sim/nvml/state_fault.hpp"

namespace gander::sim {

inline constexpr std::size_t max_mig_slots = 8;
inline constexpr std::size_t max_fans = 8;
inline constexpr std::size_t max_links = 18;
inline constexpr std::size_t cpu_words = 16;

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
  metric_module_power,  ///< milliwatts, of the whole module; all zero: no meter
  metric_memory_power,  ///< milliwatts, of the memory; all zero: no meter
  metric_link_tx,       ///< KiB/s of payload, all NVLink links together
  metric_link_rx,
  metric_limited_power,    ///< percent of the time, in each reason to limit the clocks;
  metric_limited_thermal,  ///< all zero: 100 while the bit of the reason is set
  metric_limited_hw_thermal,
  metric_limited_power_brake,
  metric_limited_sync_boost,
  metric_limited_board,
  metric_limited_low_utilization,
  metric_limited_reliability,
  metric_sm_active,  ///< percent, performance monitoring; all zero: from utilisation
  metric_sm_occupancy,
  metric_tensor,
  metric_fp64,
  metric_fp32,
  metric_fp16,
  metric_integer,
  metric_dram,
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
  feature_remapping,   ///< remapped rows
  feature_retirement,  ///< retired pages
  feature_accounting,
  feature_events,
  feature_topology,
  feature_fabric,
  feature_recovery_action,
  feature_margin,  ///< temperature left until the GPU slows down
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

/// What grows with simulated time; see count_at.
enum Counter : std::uint32_t {
  counter_pcie_tx,  ///< bytes
  counter_pcie_rx,
  counter_link_tx,  ///< KiB
  counter_link_rx,
  counter_limited_power,  ///< nanoseconds, in the order of the metrics
  counter_limited_thermal,
  counter_limited_hw_thermal,
  counter_limited_power_brake,
  counter_limited_sync_boost,
  counter_limited_board,
  counter_limited_low_utilization,
  counter_limited_reliability,
  counter_ecc_corrected,  ///< errors beyond the described ones
  counter_count
};

/// Memory errors of a GPU beyond the totals in Gpu.
struct Health {
  /// Part of the totals that happened in on-chip memory; the rest is device memory.
  std::uint64_t sram_volatile_corrected, sram_volatile_uncorrected;
  std::uint64_t sram_aggregate_corrected, sram_aggregate_uncorrected;
  double ecc_corrected_per_hour;  ///< new corrected errors in device memory
  std::uint32_t remapped_corrected, remapped_uncorrected, remap_pending, remap_failed;
  std::uint32_t retired_corrected, retired_uncorrected, retirement_pending;
  std::uint32_t recovery_action;  ///< number of NVML: 0 none, 1 reset, 2 reboot, ...
  std::uint32_t xid;              ///< the last one reported
  std::uint32_t xid_count;        ///< raise it at each: whoever waits for events sees the last
};

enum LinkRemote : std::uint32_t { remote_none, remote_gpu, remote_switch };

/// How a GPU is connected with others and with the host.
struct Wiring {
  std::uint32_t link_remote;  ///< LinkRemote
  std::uint32_t switches;     ///< remote_switch: links are spread over that many
  /// Number of errors since the driver was loaded, on the first active link.
  std::uint32_t link_replays, link_recoveries, link_crc_errors;
  /// remote_gpu: number + 1 of the GPU each link leads to; 0: nowhere.
  std::array<std::uint32_t, max_links> peers;
  std::uint32_t host_node;    ///< number + 1 of the near node of host memory; 0: unknown
  std::uint32_t memory_node;  ///< number + 1 of the node that device memory is; 0: it is none
  std::uint32_t pcie_switch, pcie_root;       ///< GPUs of equal numbers share one; 0: none known
  std::array<std::uint64_t, cpu_words> cpus;  ///< bits of the near processors; all 0: unknown
  std::uint32_t fabric_state;                 ///< 0 none, 1 not started, 2 in progress, 3 completed
  std::uint32_t fabric_clique, fabric_health;  ///< fabric_health 0: all well
  std::array<std::uint8_t, 16> fabric_cluster;
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
  // More of it.
  Health health;
  Wiring wiring;
  std::uint32_t fan_maximum_rpm;  ///< 0: no tachometer
  std::uint32_t virtualization;   ///< number of NVML
  std::uint32_t addressing;       ///< number of NVML
  std::uint32_t gsp;              ///< 0 by architecture, 1 on, 2 off
  std::uint32_t accounting, reserved_accounting;
  std::uint64_t protected_memory;             ///< bytes for confidential computing; 0: off
  std::array<double, counter_count> counted;  ///< the counters at counted_at_ns
  std::int64_t counted_at_ns;
  GpuFaults faults;
};

/// The energy counter of a GPU, millijoules.
[[nodiscard]] inline double energy_mj(const Gpu& gpu, std::int64_t t_ns) {
  return gpu.energy_anchor_mj +
         std::max(0.0, integral(gpu.curves[metric_power_draw], gpu.energy_anchor_ns, t_ns));
}

/// The curve a counter is the sum of, and what a unit of it adds in a second.
struct Growth {
  Metric metric;
  double scale;
};
[[nodiscard]] inline Growth growth_of(Counter counter) {
  constexpr double kilobyte = 1000;
  constexpr double percent_of_second = 1e7;  // in nanoseconds
  constexpr std::array<Growth, counter_ecc_corrected> growths{{
      {metric_pcie_tx, kilobyte},
      {metric_pcie_rx, kilobyte},
      {metric_link_tx, 1},
      {metric_link_rx, 1},
      {metric_limited_power, percent_of_second},
      {metric_limited_thermal, percent_of_second},
      {metric_limited_hw_thermal, percent_of_second},
      {metric_limited_power_brake, percent_of_second},
      {metric_limited_sync_boost, percent_of_second},
      {metric_limited_board, percent_of_second},
      {metric_limited_low_utilization, percent_of_second},
      {metric_limited_reliability, percent_of_second},
  }};
  return growths[counter];
}

/// The bits of the driver's clock reasons that a counter of limits stands for.
[[nodiscard]] inline std::uint64_t reasons_of(Counter counter) {
  constexpr std::array<std::uint64_t, 8> bits{0x4, 0x20, 0x40, 0x80, 0x10, 0, 0x1, 0};
  return bits[counter - counter_limited_power];
}

/// A counter of a GPU: never runs backwards while its curve's base is not below its swing.
[[nodiscard]] inline double count_at(const Gpu& gpu, Counter counter, std::int64_t t_ns) {
  const double seconds = static_cast<double>(t_ns - gpu.counted_at_ns) / 1e9;
  if (counter == counter_ecc_corrected)
    return gpu.counted[counter] + std::max(0.0, gpu.health.ecc_corrected_per_hour * seconds / 3600);
  const Growth growth = growth_of(counter);
  const Curve& curve = gpu.curves[growth.metric];
  double grown = integral(curve, gpu.counted_at_ns, t_ns) * growth.scale;
  const bool is_limit = counter >= counter_limited_power;
  if (is_limit && is_zero(curve) && (gpu.clock_reasons & reasons_of(counter)) != 0)
    grown = seconds * 1e9;
  return gpu.counted[counter] + std::max(0.0, grown);
}

/// Call before changing curves, reasons or rates of a GPU, so that its counters go on from here.
inline void anchor_counters(Gpu& gpu, std::int64_t t_ns) {
  std::array<double, counter_count> now{};
  for (std::uint32_t i = 0; i < counter_count; ++i)
    now[i] = count_at(gpu, static_cast<Counter>(i), t_ns);
  gpu.counted = now;
  gpu.counted_at_ns = t_ns;
  gpu.energy_anchor_mj = energy_mj(gpu, t_ns);
  gpu.energy_anchor_ns = t_ns;
}

}  // namespace gander::sim
