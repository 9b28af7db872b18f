// SPDX-License-Identifier: Apache-2.0
// Devices of the snapshots in fixture.hpp, with every number and noun that a driver may tell.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::fixture {

inline constexpr double kib = 1024.0;
inline constexpr double mib = 1024.0 * kib;
inline constexpr double gib = 1024.0 * mib;
/// So many GiB as a machine has them: whole bytes.
inline double gib_of(double amount) { return std::floor(amount * gib); }
/// 2025-03-14 09:26:53.589 UTC.
inline constexpr double moment = 1741944413.589;

inline std::string uuid_of(std::uint32_t gpu) {
  return "GPU-0000000" + std::to_string(gpu) + "-1111-2222-3333-444455556666";
}

inline std::string instance_uuid_of(std::uint32_t gpu, std::uint32_t instance) {
  return "MIG-0000000" + std::to_string(gpu) + "-aaaa-bbbb-cccc-00000000000" +
         std::to_string(instance);
}

inline void fill_engines(DeviceReadings& readings, double load) {
  readings[Metric::gpu_utilization] = load;
  readings[Metric::memory_utilization] = load / 2;
  readings[Metric::encoder_utilization] = 0.0;
  readings[Metric::decoder_utilization] = 0.0;
  readings[Metric::graphics_clock] = 345e6 + load * 1635e6;
  readings[Metric::sm_clock] = 345e6 + load * 1635e6;
  readings[Metric::memory_clock] = 2619e6;
  readings[Metric::video_clock] = 1545e6;
  readings[Metric::max_graphics_clock] = 1980e6;
  readings[Metric::max_sm_clock] = 1980e6;
  readings[Metric::max_memory_clock] = 2619e6;
  readings[Metric::max_video_clock] = 1545e6;
  readings[Metric::performance_state] = load > 0 ? 0.0 : 8.0;
}

inline void fill_memory(DeviceReadings& readings, double used, double total) {
  readings[Metric::memory_total] = total;
  readings[Metric::memory_used] = used;
  readings[Metric::memory_free] = total - used - 512 * mib;
  readings[Metric::memory_reserved] = 512 * mib;
  readings[Metric::bar1_total] = 128 * gib;
  readings[Metric::bar1_used] = 3 * mib;
  readings[Metric::bar1_free] = 128 * gib - 3 * mib;
}

inline void fill_body(DeviceReadings& readings, double load) {
  readings[Metric::power_draw] = 68.5 + load * 620.0;
  readings[Metric::power_limit] = 700.0;
  readings[Metric::energy] = 123456789.5;
  readings[Metric::temperature] = 30.0 + load * 35.0;
  readings[Metric::temperature_shutdown] = 92.0;
  readings[Metric::temperature_slowdown] = 89.0;
  readings[Metric::temperature_maximum] = 87.0;
  readings[Metric::temperature_memory_maximum] = 95.0;
  readings[Metric::fan_speed] = Missing::not_supported;
  readings[Metric::pcie_generation] = 5.0;
  readings[Metric::pcie_width] = 16.0;
  readings[Metric::ecc_volatile_corrected] = 0.0;
  readings[Metric::ecc_volatile_uncorrected] = 0.0;
}

inline void fill_profile(DeviceReadings& readings, double load) {
  readings[Metric::graphics_active] = load;
  readings[Metric::sm_active] = load * 0.875;
  readings[Metric::sm_occupancy] = load * 0.375;
  readings[Metric::tensor_active] = load * 0.5;
  readings[Metric::dram_active] = load * 0.25;
  readings[Metric::fp64_active] = 0.0;
  readings[Metric::fp32_active] = load * 0.125;
  readings[Metric::fp16_active] = load * 0.0625;
}

inline void fill_traffic(DeviceReadings& readings, double load) {
  readings[Metric::pcie_generation_maximum] = 5.0;
  readings[Metric::pcie_width_maximum] = 16.0;
  readings[Metric::pcie_transmit_total] = 987654321.0;
  readings[Metric::pcie_receive_total] = 1234567890.0;
  readings[Metric::pcie_transmit_rate] = load * 3.5e9;
  readings[Metric::pcie_receive_rate] = load * 12.25e9;
  readings[Metric::pcie_replays] = 3.0;
  readings[Metric::nvlink_transmit_total] = 9.5e15;
  readings[Metric::nvlink_receive_total] = 9.25e15;
  readings[Metric::nvlink_transmit_rate] = load * 180e9;
  readings[Metric::nvlink_receive_rate] = load * 176e9;
}

inline void fill_limits(DeviceReadings& readings) {
  readings[Metric::jpeg_utilization] = 0.0;
  readings[Metric::ofa_utilization] = 0.0;
  readings[Metric::power_limit_default] = 700.0;
  readings[Metric::power_limit_minimum] = 200.0;
  readings[Metric::power_limit_maximum] = 700.0;
  readings[Metric::module_power_draw] = Missing::not_supported;
  readings[Metric::memory_temperature] = 66.0;
  readings[Metric::temperature_margin] = 24.0;
  readings[Metric::limited_time_software_power] = 5025.25;
  readings[Metric::limited_time_hardware_thermal] = 0.0;
  readings[Metric::limited_time_software_thermal] = 12.5;
  readings[Metric::limited_time_power_brake] = 0.0;
  readings[Metric::limited_time_sync_boost] = 0.0;
  readings[Metric::limited_time_board] = Missing::not_supported;
  readings[Metric::limited_time_low_utilization] = 864000.0;
  readings[Metric::limited_time_reliability] = 0.5;
  readings[Metric::cores] = 16896.0;
  readings[Metric::memory_bus_width] = 5120.0;
  readings[Metric::protected_memory_total] = Missing::not_supported;
  readings[Metric::protected_memory_used] = Missing::not_supported;
}

/// Errors that were corrected, and rows that were replaced for it.
inline void fill_errors(DeviceReadings& readings) {
  for (const auto& row : rows_of(Scope::device)) {
    if (row.name.starts_with("ecc_")) readings[row.id] = 0.0;
  }
  readings[Metric::ecc_volatile_corrected] = 2.0;
  readings[Metric::ecc_volatile_corrected_dram] = 2.0;
  readings[Metric::ecc_aggregate_corrected] = 17.0;
  readings[Metric::ecc_aggregate_corrected_dram] = 15.0;
  readings[Metric::ecc_aggregate_corrected_sram] = 2.0;
  readings[Metric::ecc_aggregate_corrected_texture] = Missing::not_supported;
  readings[Metric::retired_pages_corrected] = Missing::not_supported;
  readings[Metric::retired_pages_uncorrected] = Missing::not_supported;
  readings[Metric::remapped_rows_corrected] = 1.0;
  readings[Metric::remapped_rows_uncorrected] = 0.0;
}

/// An NVLink that leads to a switch, or one that is down.
inline Link make_link(std::uint32_t number, Switch state) {
  Link link;
  link.number = number;
  link.state = state;
  link.version = 4U;
  link.remote_type = LinkEnd::network_switch;
  link.remote_pci_bus_id = std::string{"00000000:c1:00.0"};
  link.readings.fill(Missing::not_supported);
  if (state == Switch::off) return link;
  link.readings[Metric::link_transmit_total] = 5.25e14;
  link.readings[Metric::link_receive_total] = 5.125e14;
  link.readings[Metric::link_transmit_rate] = 10e9;
  link.readings[Metric::link_receive_rate] = 9.75e9;
  link.readings[Metric::link_speed] = 26.5625e9;
  link.readings[Metric::link_crc_errors] = 0.0;
  link.readings[Metric::link_replay_errors] = 4.0;
  link.readings[Metric::link_recovery_errors] = 1.0;
  return link;
}

/// What a driver of today says beyond what every driver says: of one of eight GPUs on a fabric.
inline void tell_all(Device& device, double load) {
  device.architecture = std::string{"hopper"};
  device.board_part = std::string{"692-2G520-0200-000"};
  device.gsp_firmware = std::string{"550.54.15"};
  device.numa_node = 0U;
  device.cpu_affinity = std::string{"0-63"};
  device.virtualization = Virtualization::none;
  device.addressing_mode = AddressingMode::none;
  device.unified_memory = false;
  device.ecc_mode = Switch::on;
  device.ecc_mode_pending = Switch::on;
  device.accounting_mode = Switch::off;
  device.retirement_pending = Missing::not_supported;
  device.remap_pending = true;
  device.remap_failed = false;
  device.recovery_action = RecoveryAction::none;
  device.fabric = {FabricState::completed, FabricHealth::healthy,
                   std::string{"2f6a1c3e-9d84-4b7a-8c55-0e1f2a3b4c5d"}, std::uint32_t{7}};
  fill_profile(device.readings, load);
  fill_traffic(device.readings, load);
  fill_limits(device.readings);
  fill_errors(device.readings);
  device.links = {make_link(0, Switch::on), make_link(1, Switch::off)};
  for (std::uint32_t gpu = 0; gpu < 8; ++gpu) {
    if (gpu == device.index.gpu) continue;
    device.peers.push_back({uuid_of(gpu), gpu < 4 ? PeerPath::node : PeerPath::system, 18U});
  }
}

/// One H100 with `load` (0…1) and `used` bytes of its 80 GiB.
inline Device make_gpu(std::uint32_t gpu, double load, double used) {
  Device device;
  device.index = {gpu, std::nullopt};
  device.driver = "nvml";
  device.uuid = uuid_of(gpu);
  device.name = std::string{"NVIDIA H100 80GB HBM3"};
  device.pci_bus_id = "00000000:" + std::to_string(gpu + 1) + "b:00.0";
  device.serial = "165492300123" + std::to_string(gpu);
  device.minor = gpu;
  device.vbios = std::string{"96.00.74.00.0D"};
  device.compute_capability = ComputeCapability{9, 0};
  device.gpu_instance_id = Missing::not_supported;
  device.compute_instance_id = Missing::not_supported;
  device.compute_mode = ComputeMode::shared;
  device.persistence_mode = Switch::on;
  device.display_active = Switch::off;
  device.mig_mode = Switch::off;
  device.mig_mode_pending = Switch::off;
  device.clock_limits = load > 0 ? ClockLimits{} : ClockLimits{1};
  fill_engines(device.readings, load);
  fill_memory(device.readings, used, gib_of(79.65));
  fill_body(device.readings, load);
  return device;
}

/// What a process does on the device `uuid`.

}  // namespace gander::fixture
