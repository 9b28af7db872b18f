// SPDX-License-Identifier: Apache-2.0
// A sampler on a simulated machine, turned by hand: for tests of what happens over many ticks.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "sample/sampler.hpp"
#include "tests/contract/nvml_machine.hpp"

namespace gander::contract {

/// How GPU `index` of a machine is called by the kernel: its folder in /proc and /sys.
inline std::string bus_address(std::uint32_t index) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::uint32_t bus = 0x1b + index;
  return std::string{"0000:"} + digits[bus / 16] + digits[bus % 16] + ":00.0";
}

/// A machine and who looks at it. Everything of a tick happens within the tick.
class NvmlWatch : public testing::Test {
 protected:
  /// With a library of its own: one in which a call is under way at the end stays loaded.
  NvmlWatch() { machine.use_branch(580, 95, "580.95.05"); }
  ~NvmlWatch() override {
    machine.heal();
    wait_for_workers();
  }

  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path at = machine.root() + path;
    std::filesystem::create_directories(at.parent_path());
    std::ofstream{at} << text;
  }
  /// What the kernel says of GPU `index`, which is `active` or `suspended`.
  void set_power(std::uint32_t index, const std::string& status, const std::string& control) const {
    const std::string address = bus_address(index);
    write("/proc/driver/nvidia/gpus/" + address + "/information",
          "Model: \t\t NVIDIA of the kernel\nGPU UUID: \t GPU-00000000-0000-0000-0000-00000000000" +
              std::to_string(index) + "\n");
    write("/sys/bus/pci/devices/" + address + "/power/runtime_status", status + "\n");
    write("/sys/bus/pci/devices/" + address + "/power/control", control + "\n");
  }
  void set_kernel_version(const std::string& version) const {
    write("/proc/driver/nvidia/version",
          "NVRM version: NVIDIA UNIX x86_64 Kernel Module  " + version + "  Tue Mar  4 2025\n");
  }

  SnapshotPointer look() {
    if (sampler == nullptr) {
      sample::SamplerOptions options;
      options.root = os::Root{machine.root()};
      options.clock = &machine.clock;
      options.drivers.push_back(machine.make_driver());
      options.deadlines = deadlines;
      sampler = sample::make_sampler(std::move(options));
      sampler->set_demand("test", {metrics, true, std::chrono::seconds{1}});
    }
    return sampler->tick();
  }
  /// Ticks once a second, `seconds` times; the last snapshot.
  SnapshotPointer look_for(int seconds) {
    SnapshotPointer last;
    for (int i = 0; i < seconds; ++i) {
      machine.tick();
      last = look();
    }
    return last;
  }
  /// Lets `seconds` pass unseen, then ticks.
  SnapshotPointer look_after(int seconds) {
    for (int i = 0; i < seconds; ++i) machine.tick();
    return look();
  }
  void wait_for_workers() const {
    while (sampler != nullptr && sampler->has_stuck_worker()) std::this_thread::yield();
  }
  /// Calls of `symbol` on GPU `gpu` among those the machine still remembers; any with "".
  [[nodiscard]] std::size_t count_calls(int gpu, std::string_view symbol = {}) const {
    const sim::State& state = machine.state();
    return static_cast<std::size_t>(
        std::ranges::count_if(state.log, [&](const sim::CallRecord& record) {
          const auto& name = state.functions[record.function].name;
          const bool is_meant = symbol.empty() || symbol == name.data();
          return sim::live(record.sequence) > 0 && record.gpu == gpu && is_meant;
        }));
  }

  NvmlMachine machine;
  MetricSet metrics = MetricSet::usual();
  sample::Deadlines deadlines;
  std::unique_ptr<sample::Sampler> sampler;
};

/// Expects every gauge of a device to be the truth or absent. Counters are read more seldom than
/// once a tick, and time goes on.
inline void expect_true_gauges(Device device, const sim::State& state) {
  for (const MetricRow& row : rows_of(Scope::device)) {
    if (row.kind == Kind::counter) device.readings[row.id] = Missing::not_sampled;
  }
  expect_no_false_number(device, state);
}

/// The device of this UUID; a lost one of no name where there is none.
inline Device device_named(const Snapshot& snapshot, std::string_view uuid) {
  const Device* device = find_device(snapshot, uuid);
  EXPECT_NE(device, nullptr) << uuid;
  return device == nullptr ? Device{} : *device;
}

inline std::string uuid_of(std::uint32_t gpu) {
  return "GPU-00000000-0000-0000-0000-00000000000" + std::to_string(gpu);
}

}  // namespace gander::contract
