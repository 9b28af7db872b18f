// SPDX-License-Identifier: Apache-2.0
// A small machine written by hand, for the tests of the simulated library: every number is known.
// For tests only; it must not know how machines are described.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>

#include "sim/nvml/state_file.hpp"

namespace gander::sim {

/// A folder that is gone at the end of the test.
class TestFolder {
 public:
  TestFolder() {
    char name[] = "/tmp/gander-sim-XXXXXX";
    const char* made = mkdtemp(name);
    path_ = made == nullptr ? "/nowhere" : made;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline constexpr std::uint64_t gib = 1ULL << 30U;

inline void fill_load(Gpu& gpu) {
  const std::pair<Metric, double> values[] = {
      {metric_gpu_utilization, 87},    {metric_memory_utilization, 43},
      {metric_encoder_utilization, 5}, {metric_decoder_utilization, 6},
      {metric_power_draw, 312'500},    {metric_temperature, 61},
      {metric_memory_temperature, 72}, {metric_graphics_clock, 1755},
      {metric_sm_clock, 1755},         {metric_memory_clock, 2619},
      {metric_video_clock, 1500},      {metric_fan_speed, 35},
      {metric_pcie_tx, 1200},          {metric_pcie_rx, 3400},
      {metric_memory_other, 0}};
  for (const auto& [metric, value] : values) gpu.curves[metric] = constant(value);
}

inline void fill_limits(Gpu& gpu) {
  gpu.power_limit = gpu.power_limit_enforced = gpu.power_limit_default = 700'000;
  gpu.power_limit_minimum = 200'000;
  gpu.power_limit_maximum = 700'000;
  gpu.energy_anchor_mj = 5'000'000;
  gpu.temperature_shutdown = 95;
  gpu.temperature_slowdown = 90;
  gpu.fan_count = 2;
  gpu.fan_maximum = 100;
  gpu.fan_offset[1] = 2;
  gpu.max_graphics_clock = gpu.max_sm_clock = 1980;
  gpu.max_memory_clock = 2619;
  gpu.clock_reasons = 4;
  gpu.clock_reasons_supported = 0x1ff;
  gpu.pcie_generation = gpu.pcie_generation_max = 5;
  gpu.pcie_width = gpu.pcie_width_max = 16;
  gpu.ecc_current = gpu.ecc_pending = 1;
  gpu.ecc_volatile_corrected = 3;
  gpu.persistence_mode = 1;
}

/// Errors, repairs, links through switches and near processors.
inline void fill_surroundings(Gpu& gpu) {
  gpu.temperature_gpu_max = 87;
  gpu.fan_maximum_rpm = 5000;
  gpu.ecc_volatile_uncorrected = 2;
  gpu.ecc_aggregate_corrected = 30;
  gpu.ecc_aggregate_uncorrected = 7;
  gpu.health.sram_aggregate_uncorrected = 1;
  gpu.health.remapped_uncorrected = 4;
  gpu.health.remap_pending = 1;
  gpu.health.recovery_action = 1;
  gpu.link_count = 18;
  gpu.link_version = 4;
  gpu.link_active_mask = 0x3fffe;  // the first link is down
  gpu.wiring.link_remote = remote_switch;
  gpu.wiring.link_replays = 5;
  gpu.wiring.host_node = gpu.minor < 2 ? 1 : 2;
  gpu.wiring.pcie_root = gpu.minor < 2 ? 1 : 2;
  gpu.wiring.cpus[1] = 0xff;
  gpu.wiring.fabric_state = 3;
  gpu.wiring.fabric_clique = 9;
  gpu.wiring.fabric_cluster = {1, 2, 3};
  gpu.curves[metric_link_tx] = constant(17'000);
  gpu.curves[metric_link_rx] = constant(34'000);
  gpu.curves[metric_limited_power] = constant(25);
  gpu.curves[metric_sm_active] = constant(70);
}

inline void fill_gpu(Gpu& gpu, std::uint32_t index) {
  set_text(gpu.name, "NVIDIA H100 80GB HBM3");
  set_text(gpu.uuid, ("GPU-00000000-0000-0000-0000-00000000000" + std::to_string(index)).c_str());
  set_text(gpu.serial, ("165432100000" + std::to_string(index)).c_str());
  set_text(gpu.vbios, "96.00.74.00.01");
  gpu.pci_bus = 0x1b + index;
  gpu.pci_device_id = 0x233010de;
  gpu.minor = index;
  gpu.architecture = 9;
  gpu.compute_major = 9;
  gpu.memory_total = 80 * gib;
  gpu.memory_reserved = gib / 2;
  gpu.bar1_total = 128 * gib;
  gpu.bar1_used = gib;
  fill_load(gpu);
  fill_limits(gpu);
  fill_surroundings(gpu);
}

inline void fill_mig(Gpu& gpu) {
  gpu.mig_mode = gpu.mig_pending = 1;
  for (const std::uint32_t slot : {0U, 3U}) {  // sparse on purpose
    MigSlot& mig = gpu.mig[slot];
    mig.present = 1;
    mig.gpu_instance_id = 7 + slot;
    mig.multiprocessors = 14;
    mig.gpu_slices = mig.compute_slices = 1;
    mig.memory_total = 10 * gib;
    mig.gpu_utilization = constant(50);
    set_text(mig.name, "NVIDIA H100 80GB HBM3 MIG 1g.10gb");
    set_text(mig.uuid, slot == 0 ? "MIG-a" : "MIG-b");
  }
}

inline Process make_process(std::uint32_t pid, std::uint32_t gpu, double memory) {
  Process process{};
  process.present = 1;
  process.pid = pid;
  process.host_pid = pid + 100'000;
  process.gpu = gpu;
  process.mig_slot = -1;
  process.type = type_compute;
  process.memory = constant(memory);
  process.sm = constant(40);
  process.memory_utilization = constant(20);
  return process;
}

/// Three GPUs (the third in MIG mode), branch 580, a clock that stands at 100 s, two processes on
/// GPU 0 (pids 4242 and 4243, the second also graphics) and one in MIG slot 3 of GPU 2 (4244).
inline void fill_machine(State& state) {
  set_text(state.machine, "by hand");
  state.gpu_count = 3;
  for (std::uint32_t i = 0; i < 3; ++i) fill_gpu(state.gpus[i], i);
  fill_mig(state.gpus[2]);
  state.clock.mode = clock_hand;
  state.clock.hand_ns = 100'000'000'000;
  state.clock.epoch_unix_ns = 1'700'000'000'000'000'000;
  state.driver.branch_major = 580;
  state.driver.branch_minor = 95;
  state.driver.cuda_version = 13000;
  set_text(state.driver.version, "580.95.05");
  set_text(state.driver.nvml_version, "13.580.95.05");
  state.process_count = 3;
  state.processes[0] = make_process(4242, 0, 10.0 * gib);
  state.processes[1] = make_process(4243, 0, 20.0 * gib);
  state.processes[1].type = type_compute | type_graphics;
  state.processes[2] = make_process(4244, 2, 2.0 * gib);
  state.processes[2].mig_slot = 3;
}

}  // namespace gander::sim
