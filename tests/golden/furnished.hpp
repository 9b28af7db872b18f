// SPDX-License-Identifier: Apache-2.0
// The busy server with all that a driver can tell of its GPUs: links, peers, error reports,
// profiles, health. For the pages that show them; every value is fixed.
#pragma once

#include "tests/golden/fixture.hpp"

namespace gander::fixture {

inline void furnish_links(Device& device) {
  for (std::uint32_t number = 0; number < 18; ++number) {
    Link link;
    link.number = number;
    link.state = number == 17 ? Switch::off : Switch::on;
    link.version = 4U;
    link.remote_type = LinkEnd::network_switch;
    link.remote_pci_bus_id = "00000000:0" + std::to_string(1 + number % 4) + ":00.0";
    link.readings[Metric::link_speed] = 26.5e9;
    link.readings[Metric::link_transmit_total] = 1e12 + number;
    link.readings[Metric::link_receive_total] = 2e12 + number;
    link.readings[Metric::link_transmit_rate] = 1.25e9 * number;
    link.readings[Metric::link_receive_rate] = 1.5e9 * number;
    link.readings[Metric::link_crc_errors] = number == 3 ? 12.0 : 0.0;
    link.readings[Metric::link_replay_errors] = 0.0;
    link.readings[Metric::link_recovery_errors] = Missing::not_supported;
    device.links.push_back(link);
  }
}

/// NVLinks to each; GPU 7 has none and lies on the other node.
inline void furnish_peers(Snapshot& snapshot) {
  for (auto& device : snapshot.devices) {
    for (const auto& other : snapshot.devices) {
      if (other.index == device.index) continue;
      const bool is_apart = device.index.gpu == 7 || other.index.gpu == 7;
      const bool is_same_node = device.index.gpu / 4 == other.index.gpu / 4;
      Peer peer;
      peer.device = other.uuid.value();
      peer.path = is_same_node ? PeerPath::node : PeerPath::system;
      peer.links = is_apart ? 0U : 18U;
      device.peers.push_back(peer);
    }
  }
}

inline void furnish_facts(Device& device) {
  const bool is_second = device.index.gpu >= 4;
  device.architecture = std::string{"hopper"};
  device.board_part = std::string{"900-21010-0000-000"};
  device.gsp_firmware = std::string{"550.54.15"};
  device.numa_node = is_second ? 1U : 0U;
  device.cpu_affinity = std::string{is_second ? "32-63,96-127" : "0-31,64-95"};
  device.virtualization = Virtualization::none;
  device.addressing_mode = AddressingMode::none;
  device.unified_memory = false;
  device.ecc_mode = Switch::on;
  device.ecc_mode_pending = device.index.gpu == 1 ? Switch::off : Switch::on;
  device.accounting_mode = Switch::off;
  device.retirement_pending = Missing::not_supported;
  device.remap_pending = device.index.gpu == 2;
  device.remap_failed = false;
  device.recovery_action = device.index.gpu == 2 ? RecoveryAction::reset_gpu : RecoveryAction::none;
  device.fabric.state = FabricState::completed;
  device.fabric.health = FabricHealth::healthy;
  device.fabric.cluster = std::string{"8b7a6c5d-0000-4000-8000-1234567890ab"};
  device.fabric.clique = 1U;
}

inline void furnish_readings(DeviceReadings& readings) {
  double value = 0.05;
  for (const auto metric :
       {Metric::graphics_active, Metric::sm_active, Metric::sm_occupancy, Metric::tensor_active,
        Metric::dram_active, Metric::fp64_active, Metric::fp32_active, Metric::fp16_active}) {
    readings[metric] = value;
    value += 0.1;
  }
  for (const auto& row : rows_of(Scope::device)) {
    const bool is_ecc = row.name.starts_with("ecc_") || row.name.starts_with("remapped_rows");
    if (is_ecc) readings[row.id] = 0.0;
    if (row.name.starts_with("limited_time_")) readings[row.id] = 12.5;
    if (row.name.starts_with("retired_pages_")) readings[row.id] = Missing::not_supported;
  }
  readings[Metric::limited_time_low_utilization] = 86399.0;
  readings[Metric::pcie_generation_maximum] = 5.0;
  readings[Metric::pcie_width_maximum] = 16.0;
  readings[Metric::pcie_transmit_rate] = 3.25e9;
  readings[Metric::pcie_receive_rate] = Missing::no_data;
  readings[Metric::pcie_transmit_total] = 5e12;
  readings[Metric::pcie_receive_total] = 6e12;
  readings[Metric::nvlink_transmit_total] = 18e12;
  readings[Metric::nvlink_receive_total] = 36e12;
  readings[Metric::nvlink_transmit_rate] = 22.5e9;
  readings[Metric::nvlink_receive_rate] = 27e9;
  readings[Metric::power_limit_default] = 700.0;
  readings[Metric::power_limit_minimum] = 200.0;
  readings[Metric::power_limit_maximum] = 700.0;
  readings[Metric::cores] = 16896.0;
  readings[Metric::memory_bus_width] = 5120.0;
}

/// `sample_snapshot`, and everything else.
inline Snapshot furnished_snapshot() {
  auto snapshot = sample_snapshot();
  for (auto& device : snapshot.devices) {
    device.links.clear();
    device.peers.clear();
    device.xids.clear();
    furnish_facts(device);
    furnish_readings(device.readings);
    furnish_links(device);
  }
  furnish_peers(snapshot);
  auto& ailing = snapshot.devices[2];
  ailing.readings[Metric::ecc_aggregate_uncorrected] = 2.0;
  ailing.readings[Metric::ecc_aggregate_uncorrected_dram] = 2.0;
  ailing.readings[Metric::remapped_rows_uncorrected] = 1.0;
  ailing.clock_limits = ClockLimits{}.set(static_cast<std::size_t>(ClockLimit::hardware_thermal));
  ailing.xids = {{48, 2, moment - 60}, {94, 1, moment - 3600}};
  return snapshot;
}

}  // namespace gander::fixture
