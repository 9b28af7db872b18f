// SPDX-License-Identifier: Apache-2.0
// A simulated machine under a driver, with the truth to judge the driver's answers by.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "driver/nvml/nvml_driver.hpp"
#include "sim/nvml/branch_copy.hpp"
#include "sim/nvml/state_file.hpp"
#include "sim/nvml/test_machine.hpp"

namespace gander::contract {

/// Three GPUs, the third with two MIG instances; time stands until `tick`.
class NvmlMachine {
 public:
  /// Gives a GPU everything that a board can tell.
  static void complete(sim::Gpu& gpu) {
    gpu.max_video_clock = 1650;
    gpu.cores = 16896;
    gpu.memory_bus_width = 5120;
    gpu.temperature_gpu_max = 87;
    gpu.pcie_replays = 11;
    gpu.link_count = 18;
    gpu.link_version = 4;
    gpu.link_active_mask = 0x3ffff;
    gpu.ecc_aggregate_corrected = 5;
    gpu.health.remapped_corrected = 2;
    gpu.health.remapped_uncorrected = 1;
    gpu.health.remap_pending = 1;
    gpu.health.recovery_action = 4;
    gpu.curves[sim::metric_module_power] = sim::constant(654'300);
    gpu.curves[sim::metric_link_tx] = sim::constant(7000);
    gpu.curves[sim::metric_link_rx] = sim::constant(9000);
    gpu.curves[sim::metric_limited_board] = sim::constant(25);
  }
  NvmlMachine() : file_(*sim::StateFile::create(folder_.path())) {
    file_.change([](sim::State& state) {
      sim::fill_machine(state);
      for (sim::Gpu& gpu : state.gpus) complete(gpu);
      // Each test of a GPU needs another one beside it whose numbers differ.
      state.gpus[1].curves[sim::metric_gpu_utilization] = sim::constant(12);
    });
    ::setenv("GANDER_SIM", folder_.path().c_str(), 1);
    clock.set_wall(std::chrono::seconds{1'700'000'100});
    enter_namespace("pid:[4026531836]");
  }

  /// Makes the driver believe it runs in this PID namespace.
  void enter_namespace(const std::string& link) const {
    const std::filesystem::path at = folder_.path() + "/root/proc/self/ns/pid";
    std::filesystem::create_directories(at.parent_path());
    std::filesystem::remove(at);
    std::filesystem::create_symlink(link, at);
  }
  void tick() {
    file_.change([](sim::State& state) { state.clock.hand_ns += 1'000'000'000; });
    clock.advance(std::chrono::seconds{1});
  }
  void use_branch(std::uint32_t major, std::uint32_t minor, const char* version) {
    library_ = folder_.path() + "/branch.so";
    ASSERT_TRUE(sim::write_branch_copy(GANDER_SIM_LIBRARY, library_, {major, minor}));
    file_.change([&](sim::State& state) {
      state.driver.branch_major = major;
      state.driver.branch_minor = minor;
      sim::set_text(state.driver.version, version);
    });
  }
  void hide(const std::string& symbol) {
    library_ = folder_.path() + "/without-" + symbol + ".so";
    ASSERT_TRUE(sim::write_copy_without(GANDER_SIM_LIBRARY, library_, {symbol}));
  }
  template <class Edit>
  void change(Edit edit) {
    file_.change(edit);
  }
  /// Answers `code` from `symbol` on `gpu` (-1: any) until `heal`.
  void inject(const std::string& symbol, int code, int gpu) {
    change([&](sim::State& state) {
      sim::CallFault& fault = state.faults[0];
      fault = {};
      fault.gpu = gpu;
      fault.code = code;
      fault.remaining = -1;
      sim::set_text(fault.symbol, symbol.c_str());
      fault.active = 1;
    });
  }
  void heal() {
    change([](sim::State& state) { state.faults[0].active = 0; });
  }
  [[nodiscard]] std::unique_ptr<driver::Driver> make_driver() const {
    return driver::nvml::make_nvml_driver({folder_.path() + "/root", library_, {}}, clock);
  }
  [[nodiscard]] const sim::State& state() const { return file_.state(); }
  /// Folder that stands for the root of the file system.
  [[nodiscard]] std::string root() const { return folder_.path() + "/root"; }
  [[nodiscard]] const std::string& library() const { return library_; }
  /// How often `symbol` was called since the machine was made.
  [[nodiscard]] std::uint64_t count_calls(std::string_view symbol) const {
    for (const sim::FunctionCalls& function : state().functions) {
      if (symbol == function.name.data()) return sim::live(function.count);
    }
    return 0;
  }

  os::ManualClock clock;

 private:
  sim::TestFolder folder_;
  sim::StateFile file_;
  std::string library_ = GANDER_SIM_LIBRARY;
};

/// What the counters of a GPU and what was counted of its faults are now, in base units.
inline std::map<Metric, double> counted_truth_of(const sim::State& state, std::size_t index) {
  using M = Metric;
  const sim::Gpu& gpu = state.gpus[index];
  const std::int64_t now = sim::now_ns(state);
  const auto count = [&](sim::Counter counter, double unit) {
    return std::floor(sim::count_at(gpu, counter, now)) * unit;
  };
  const sim::Health& health = gpu.health;
  const auto whole = [](std::uint64_t value) { return static_cast<double>(value); };
  const std::uint64_t corrected = gpu.ecc_volatile_corrected;
  return {{M::limited_time_software_power, count(sim::counter_limited_power, 1e-9)},
          {M::limited_time_software_thermal, count(sim::counter_limited_thermal, 1e-9)},
          {M::limited_time_hardware_thermal, count(sim::counter_limited_hw_thermal, 1e-9)},
          {M::limited_time_power_brake, count(sim::counter_limited_power_brake, 1e-9)},
          {M::limited_time_sync_boost, count(sim::counter_limited_sync_boost, 1e-9)},
          {M::limited_time_board, count(sim::counter_limited_board, 1e-9)},
          {M::limited_time_low_utilization, count(sim::counter_limited_low_utilization, 1e-9)},
          {M::limited_time_reliability, count(sim::counter_limited_reliability, 1e-9)},
          {M::pcie_transmit_total, count(sim::counter_pcie_tx, 1)},
          {M::pcie_receive_total, count(sim::counter_pcie_rx, 1)},
          {M::pcie_replays, gpu.pcie_replays},
          {M::nvlink_transmit_total, count(sim::counter_link_tx, 1024)},
          {M::nvlink_receive_total, count(sim::counter_link_rx, 1024)},
          {M::ecc_volatile_corrected, whole(corrected)},
          {M::ecc_volatile_uncorrected, whole(gpu.ecc_volatile_uncorrected)},
          {M::ecc_aggregate_corrected, whole(gpu.ecc_aggregate_corrected)},
          {M::ecc_aggregate_uncorrected, whole(gpu.ecc_aggregate_uncorrected)},
          {M::ecc_volatile_corrected_dram, whole(corrected - health.sram_volatile_corrected)},
          {M::ecc_volatile_uncorrected_dram,
           whole(gpu.ecc_volatile_uncorrected - health.sram_volatile_uncorrected)},
          {M::ecc_aggregate_corrected_dram,
           whole(gpu.ecc_aggregate_corrected - health.sram_aggregate_corrected)},
          {M::ecc_aggregate_uncorrected_dram,
           whole(gpu.ecc_aggregate_uncorrected - health.sram_aggregate_uncorrected)},
          {M::ecc_volatile_corrected_sram, whole(health.sram_volatile_corrected)},
          {M::ecc_volatile_uncorrected_sram, whole(health.sram_volatile_uncorrected)},
          {M::ecc_aggregate_corrected_sram, whole(health.sram_aggregate_corrected)},
          {M::ecc_aggregate_uncorrected_sram, whole(health.sram_aggregate_uncorrected)},
          {M::remapped_rows_corrected, health.remapped_corrected},
          {M::remapped_rows_uncorrected, health.remapped_uncorrected}};
}

/// What every number of a GPU is on the machine now, in base units.
inline std::map<Metric, double> truth_of(const sim::State& state, std::size_t index) {
  using M = Metric;
  const sim::Gpu& gpu = state.gpus[index];
  const std::int64_t now = sim::now_ns(state);
  const auto curve = [&](sim::Metric metric) {
    return static_cast<double>(sim::whole_at(gpu.curves[metric], now));
  };
  const auto used = static_cast<double>(sim::memory_used(state, index, -1, now));
  const auto total = static_cast<double>(gpu.memory_total);
  const auto reserved = static_cast<double>(gpu.memory_reserved);
  const auto bar1_total = static_cast<double>(gpu.bar1_total);
  const auto bar1_used = static_cast<double>(gpu.bar1_used);
  std::map<Metric, double> truth{
      {M::gpu_utilization, curve(sim::metric_gpu_utilization) / 100},
      {M::memory_utilization, curve(sim::metric_memory_utilization) / 100},
      {M::encoder_utilization, curve(sim::metric_encoder_utilization) / 100},
      {M::decoder_utilization, curve(sim::metric_decoder_utilization) / 100},
      {M::jpeg_utilization, curve(sim::metric_jpeg_utilization) / 100},
      {M::ofa_utilization, curve(sim::metric_ofa_utilization) / 100},
      {M::memory_total, total},
      {M::memory_used, used},
      {M::memory_free, total - reserved - used},
      {M::memory_reserved, reserved},
      {M::bar1_total, bar1_total},
      {M::bar1_used, bar1_used},
      {M::bar1_free, bar1_total - bar1_used},
      {M::power_draw, curve(sim::metric_power_draw) / 1e3},
      {M::power_limit, gpu.power_limit_enforced / 1e3},
      {M::power_limit_default, gpu.power_limit_default / 1e3},
      {M::power_limit_minimum, gpu.power_limit_minimum / 1e3},
      {M::power_limit_maximum, gpu.power_limit_maximum / 1e3},
      {M::module_power_draw, curve(sim::metric_module_power) / 1e3},
      {M::energy, sim::energy_mj(gpu, now) / 1e3},
      {M::temperature, curve(sim::metric_temperature)},
      {M::memory_temperature, curve(sim::metric_memory_temperature)},
      {M::temperature_margin, gpu.temperature_gpu_max - curve(sim::metric_temperature)},
      {M::temperature_maximum, gpu.temperature_gpu_max},
      {M::temperature_shutdown, gpu.temperature_shutdown},
      {M::temperature_slowdown, gpu.temperature_slowdown},
      {M::fan_speed, curve(sim::metric_fan_speed) / 100},
      {M::graphics_clock, curve(sim::metric_graphics_clock) * 1e6},
      {M::sm_clock, curve(sim::metric_sm_clock) * 1e6},
      {M::memory_clock, curve(sim::metric_memory_clock) * 1e6},
      {M::video_clock, curve(sim::metric_video_clock) * 1e6},
      {M::max_graphics_clock, gpu.max_graphics_clock * 1e6},
      {M::max_sm_clock, gpu.max_sm_clock * 1e6},
      {M::max_memory_clock, gpu.max_memory_clock * 1e6},
      {M::max_video_clock, gpu.max_video_clock * 1e6},
      {M::performance_state, gpu.performance_state},
      {M::pcie_generation, gpu.pcie_generation},
      {M::pcie_width, gpu.pcie_width},
      {M::pcie_generation_maximum, gpu.pcie_generation_max},
      {M::pcie_width_maximum, gpu.pcie_width_max},
      {M::pcie_transmit_sample, curve(sim::metric_pcie_tx) * 1e3},
      {M::pcie_receive_sample, curve(sim::metric_pcie_rx) * 1e3},
      {M::cores, gpu.cores},
      {M::memory_bus_width, gpu.memory_bus_width}};
  truth.merge(counted_truth_of(state, index));
  return truth;
}

/// What the profiler makes of two samples; judged by a test of its own.
inline bool is_profiled(const MetricRow& row) {
  const bool is_rate = row.unit == Unit::bytes_per_second && row.cost != Cost::on_demand;
  return is_rate || row.family == "gpu_profile";
}

/// Expects every reading to be the truth or absent.
inline void expect_no_false_number(const Device& device, const sim::State& state) {
  const auto truth = truth_of(state, device.index.gpu);
  for (const MetricRow& row : rows_of(Scope::device)) {
    const Reading& reading = device.readings[row.id];
    if (!reading.is_known() || device.is_instance() || is_profiled(row)) continue;
    const auto at = truth.find(row.id);
    ASSERT_NE(at, truth.end()) << row.name << " must be absent, is " << reading.value();
    double expected = at->second;
    // The first version of the memory call counts what the driver reserves as used.
    const Reading& reserved = device.readings[Metric::memory_reserved];
    if (row.id == Metric::memory_used && !reserved.is_known()) {
      expected += truth.at(Metric::memory_reserved);
    }
    EXPECT_NEAR(reading.value(), expected, 1e-9 * std::abs(expected) + 2e-3) << row.name;
  }
}

/// Everything one tick learns about the machine.
struct Tick {
  std::vector<Device> devices;
  std::vector<driver::ProcessList> processes;
};

/// Attaches to all GPUs and lists what they turn out to be.
inline Result<std::vector<driver::ListedDevice>> list_attached(driver::Driver& driver) {
  const auto list = driver.devices();
  if (!list) return list;
  for (const driver::ListedDevice& listed : *list) driver.attach(listed.handle);
  return driver.devices();
}

/// All but what a call brings that measures for 20 ms.
inline MetricSet quick_metrics() {
  MetricSet metrics = MetricSet::all();
  metrics.erase(Metric::pcie_transmit_sample);
  metrics.erase(Metric::pcie_receive_sample);
  return metrics;
}

/// Lists, describes and reads all devices; empty where the driver cannot list them.
inline Tick take_tick(driver::Driver& driver, const MetricSet& metrics = MetricSet::all()) {
  Tick tick;
  const auto list = list_attached(driver);
  if (!list) {
    EXPECT_FALSE(list.error().message.empty());
    return tick;
  }
  for (const driver::ListedDevice& listed : *list) {
    Device device = driver.describe(listed.handle, driver::Facts::all);
    driver.read(listed.handle, metrics, device);
    tick.processes.push_back(driver.list_processes(listed.handle, MetricSet::all()));
    tick.devices.push_back(std::move(device));
  }
  return tick;
}

}  // namespace gander::contract
