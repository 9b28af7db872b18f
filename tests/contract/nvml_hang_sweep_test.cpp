// SPDX-License-Identifier: Apache-2.0
// Every function hangs in turn, under a sampler with short deadlines: nobody waits, the other GPUs
// are shown in full, and all is well once the call comes back. GANDER_FULL_MATRIX=1 takes every
// function instead of a choice.
#include <cstdlib>
#include <string>

#include "driver/nvml/symbols.hpp"
#include "tests/contract/nvml_watch.hpp"

namespace gander::contract {
namespace {

using std::chrono::milliseconds;

// Prime, so that no group of the table that repeats in step is left out.
constexpr std::size_t stride = 13;
constexpr milliseconds deadline{150};

bool concerns_a_device(const std::string& symbol) {
  return symbol.starts_with("nvmlDevice") && !symbol.starts_with("nvmlDeviceGetCount");
}

class NvmlHangSweep : public NvmlWatch {
 protected:
  NvmlHangSweep() {
    metrics = MetricSet::all();
    // A copy of its own: a library in which a call hangs is never unloaded.
    machine.use_branch(580, 65, "580.65.06");
    deadlines = {deadline, milliseconds{1500}, deadline, milliseconds{400}, milliseconds{1500}};
  }

  void expect_others(const Snapshot& snapshot) {
    if (snapshot.devices.size() < 2) return;  // not listed: the library itself hangs
    const Device& other = snapshot.devices[1];
    EXPECT_EQ(other.state, DeviceState::ok) << other.state_detail;
    EXPECT_EQ(other.readings[Metric::gpu_utilization], Reading{0.12});
    expect_true_gauges(other, machine.state());
  }

  void hang_and_heal(const std::string& symbol) {
    const bool is_of_device = concerns_a_device(symbol);
    machine.inject(symbol, -1, is_of_device ? 0 : -1);
    machine.change([](sim::State& state) { state.faults[0].hang = 1; });
    for (int i = 0; i < 2; ++i) {
      const auto snapshot = look_for(1);
      if (is_of_device) {
        EXPECT_FALSE(snapshot->drivers[0].error);
        EXPECT_EQ(snapshot->devices.size(), 5U);
        expect_others(*snapshot);
      }
      for (const Device& device : snapshot->devices) {
        expect_true_gauges(device, machine.state());
      }
    }
    machine.heal();
    wait_for_workers();
    look_after(61);
    const auto snapshot = look_for(1);
    EXPECT_FALSE(snapshot->drivers[0].error);
    ASSERT_EQ(snapshot->devices.size(), 5U);
    EXPECT_EQ(snapshot->devices[0].state, DeviceState::ok) << snapshot->devices[0].state_detail;
    EXPECT_TRUE(snapshot->devices[0].readings[Metric::power_draw].is_known());
    sampler.reset();
  }
};

TEST_F(NvmlHangSweep, NoFunctionTakesUsWithIt) {
  const bool is_full = std::getenv("GANDER_FULL_MATRIX") != nullptr;
  std::size_t place = 0;
  for (const char* symbol : driver::nvml::symbol_names) {
    if (!is_full && place++ % stride != 0) continue;
    SCOPED_TRACE(std::string{symbol} + " hangs");
    hang_and_heal(symbol);
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace gander::contract
