// SPDX-License-Identifier: Apache-2.0
// Every branch of the driver, with no GPU, one, and many, with MIG off, sparse, and changing: what
// is told is true and complete. GANDER_FULL_MATRIX=1 takes all combinations instead of a choice.
#include <cstdlib>
#include <string>

#include "tests/contract/nvml_watch.hpp"

namespace gander::contract {
namespace {

struct Branch {
  std::uint32_t major;
  std::uint32_t minor;
  const char* version;
};

constexpr Branch branches[] = {
    {450, 51, "450.51.06"}, {470, 42, "470.42.01"},   {510, 47, "510.47.03"},
    {535, 54, "535.54.03"}, {535, 129, "535.129.03"}, {550, 54, "550.54.15"},
    {570, 86, "570.86.15"}, {580, 95, "580.95.05"},   {610, 43, "610.43.02"},
};
constexpr std::uint32_t gpu_counts[] = {0, 1, 8, 16};

bool is_full() { return std::getenv("GANDER_FULL_MATRIX") != nullptr; }

class NvmlMatrix : public NvmlWatch {
 protected:
  void fill(const Branch& branch, std::uint32_t gpus, bool has_mig) {
    machine.use_branch(branch.major, branch.minor, branch.version);
    machine.change([&](sim::State& state) {
      state.gpu_count = gpus;
      for (std::uint32_t i = 0; i < gpus; ++i) {
        state.gpus[i] = {};
        sim::fill_gpu(state.gpus[i], i);
        NvmlMachine::complete(state.gpus[i]);
        sim::set_text(state.gpus[i].uuid, ("GPU-" + std::to_string(i)).c_str());
        state.gpus[i].curves[sim::metric_gpu_utilization] = sim::constant(10.0 + i);
      }
      if (has_mig) sim::fill_mig(state.gpus[gpus - 1]);
      state.process_count = gpus == 0 ? 0 : 2;
    });
  }

  void expect_truth(const Snapshot& snapshot, std::uint32_t gpus, bool has_mig) {
    EXPECT_FALSE(snapshot.drivers[0].error);
    ASSERT_EQ(snapshot.devices.size(), gpus + (has_mig ? 2U : 0U));
    for (const Device& device : snapshot.devices) {
      EXPECT_EQ(device.state, DeviceState::ok) << device.state_detail;
      EXPECT_TRUE(device.uuid.is_known());
      EXPECT_TRUE(device.readings[Metric::memory_used].is_known());
      expect_true_gauges(device, machine.state());
    }
    if (gpus == 0 || (gpus == 1 && has_mig)) return;
    const Device& first = snapshot.devices[0];
    EXPECT_EQ(first.readings[Metric::gpu_utilization], Reading{0.1});
    for (const Metric metric : {Metric::temperature, Metric::power_draw, Metric::sm_clock}) {
      EXPECT_TRUE(first.readings[metric].is_known()) << row_of(metric).name;
    }
    ASSERT_EQ(snapshot.processes.size(), 2U);
    EXPECT_EQ(snapshot.processes[1].uses.at(0).readings[Metric::gpu_memory],
              Reading{20.0 * sim::gib});
  }

  void partition_anew(std::uint32_t gpus) {
    machine.change([&](sim::State& state) {
      sim::Gpu& gpu = state.gpus[gpus - 1];
      gpu.mig[1] = gpu.mig[0];
      gpu.mig[0].present = 0;
      sim::set_text(gpu.mig[1].uuid, "MIG-c");
      ++gpu.mig_generation;
    });
    const auto snapshot = look_for(12);
    expect_truth(*snapshot, gpus, true);
    EXPECT_NE(find_device(*snapshot, "MIG-c"), nullptr);
    EXPECT_EQ(find_device(*snapshot, "MIG-a"), nullptr);
  }

  void run(const Branch& branch, std::uint32_t gpus, bool has_mig) {
    fill(branch, gpus, has_mig);
    look();
    expect_truth(*look_for(2), gpus, has_mig);
    if (has_mig) partition_anew(gpus);
    sampler.reset();
  }
};

TEST_F(NvmlMatrix, WhatIsToldIsTrueAndComplete) {
  std::size_t place = 0;
  for (const Branch& branch : branches) {
    for (const std::uint32_t gpus : gpu_counts) {
      for (const bool has_mig : {false, true}) {
        // In the reduced matrix every branch meets two of the combinations, all come about.
        const bool is_chosen = place++ % 5 == 0;
        if ((!is_full() && !is_chosen) || (gpus == 0 && has_mig)) continue;
        SCOPED_TRACE(std::string{branch.version} + ", " + std::to_string(gpus) + " GPUs" +
                     (has_mig ? ", MIG" : ""));
        run(branch, gpus, has_mig);
        ASSERT_FALSE(HasFailure());
      }
    }
  }
}

}  // namespace
}  // namespace gander::contract
