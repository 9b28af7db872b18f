// SPDX-License-Identifier: Apache-2.0
// Every function answers every code, and each is missing in turn: no crash, no hang, no false
// number, and the other GPUs go on. GANDER_FULL_MATRIX=1 takes all codes instead of a choice.
#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "driver/nvml/symbols.hpp"
#include "tests/contract/nvml_machine.hpp"

namespace gander::contract {
namespace {

constexpr int ticks = 5;

/// The codes for the function at `place`: a third of the choice, so that neighbours, which are
/// variants of one question, meet all of it together.
std::vector<int> codes_for(std::size_t place) {
  if (std::getenv("GANDER_FULL_MATRIX") == nullptr) {
    const std::vector<int> choice{1, 2, 3, 4, 6, 7, 9, 13, 15, 18, 21, 25, 26, 999};
    std::vector<int> some;
    for (std::size_t i = place % 3; i < choice.size(); i += 3) some.push_back(choice[i]);
    return some;
  }
  std::vector<int> all{999};
  for (int code = 0; code <= 30; ++code) all.push_back(code);
  return all;
}

bool concerns_a_device(const std::string& symbol) {
  return symbol.starts_with("nvmlDevice") && !symbol.starts_with("nvmlDeviceGetCount");
}

void expect_true_processes(const driver::ProcessList& list, bool may_be_idle) {
  const std::map<Pid, double> truth{{4242, 10.0 * sim::gib}, {4243, 20.0 * sim::gib}};
  if (list.complete == Known<bool>{true}) {
    EXPECT_EQ(list.rows.size(), truth.size());
  }
  for (const driver::ListedProcess& row : list.rows) {
    ASSERT_TRUE(truth.contains(row.pid)) << row.pid;
    const Reading& memory = row.use.readings[Metric::gpu_memory];
    if (memory.is_known()) {
      EXPECT_EQ(memory.value(), truth.at(row.pid));
    }
    const Reading& sm = row.use.readings[Metric::gpu_sm_utilization];
    if (sm.is_known() && !(may_be_idle && sm.value() == 0)) {
      EXPECT_EQ(sm.value(), 0.4);
    }
  }
}

void expect_true_tick(const Tick& tick, const sim::State& state, bool may_be_idle) {
  for (std::size_t i = 0; i < tick.devices.size(); ++i) {
    expect_no_false_number(tick.devices[i], state);
    const bool is_first = tick.devices[i].index == DeviceIndex{0, std::nullopt};
    if (is_first) expect_true_processes(tick.processes[i], may_be_idle);
  }
}

void expect_healthy(const Tick& tick) {
  const auto second = std::ranges::find(tick.devices, DeviceIndex{1, std::nullopt}, &Device::index);
  ASSERT_NE(second, tick.devices.end());
  EXPECT_EQ(second->state, DeviceState::ok);
  EXPECT_EQ(second->readings[Metric::gpu_utilization], Reading{0.12});
  EXPECT_TRUE(second->readings[Metric::memory_used].is_known());
  EXPECT_TRUE(second->readings[Metric::power_draw].is_known());
  EXPECT_TRUE(second->uuid.is_known());
}

MetricSet metrics_for(const std::string& symbol) {
  return symbol == "nvmlDeviceGetPcieThroughput" ? MetricSet::all() : quick_metrics();
}

void run_ticks(NvmlMachine& machine, driver::Driver& driver, const std::string& symbol, int code) {
  // "Not found" from these means that nobody used the GPU.
  const bool may_be_idle = code == 6 && (symbol == "nvmlDeviceGetProcessUtilization" ||
                                         symbol == "nvmlDeviceGetProcessesUtilizationInfo");
  for (int i = 0; i < ticks; ++i) {
    const Tick tick = take_tick(driver, metrics_for(symbol));
    expect_true_tick(tick, machine.state(), may_be_idle);
    if (concerns_a_device(symbol)) expect_healthy(tick);
    machine.tick();
  }
}

/// Every function of the machine's library answers codes, one after the other.
void sweep(NvmlMachine& machine) {
  std::size_t place = 0;
  for (const char* symbol : driver::nvml::symbol_names) {
    for (const int code : codes_for(place++)) {
      SCOPED_TRACE(std::string{symbol} + " answers " + std::to_string(code));
      machine.inject(symbol, code, concerns_a_device(symbol) ? 0 : -1);
      const auto driver = machine.make_driver();
      const auto opened = driver->open();
      if (!opened) {
        EXPECT_FALSE(opened.error().message.empty());
      }
      run_ticks(machine, *driver, symbol, code);
      machine.heal();
      ASSERT_TRUE(driver->reacquire());
      expect_healthy(take_tick(*driver, quick_metrics()));
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
}

TEST(NvmlFaultSweep, EveryFunctionAnswersEveryCode) {
  NvmlMachine machine;
  sweep(machine);
}

// Older libraries lead into the fallbacks, which meet the codes there.
TEST(NvmlFaultSweep, EveryFunctionOfOldBranchesAnswersEveryCode) {
  if (std::getenv("GANDER_FULL_MATRIX") == nullptr) GTEST_SKIP() << "only in the full matrix";
  const std::vector<std::tuple<std::uint32_t, std::uint32_t, const char*>> branches{
      {450, 51, "450.51.06"}, {470, 42, "470.42.01"}, {535, 54, "535.54.03"}};
  for (const auto& [major, minor, version] : branches) {
    SCOPED_TRACE(version);
    NvmlMachine machine;
    machine.use_branch(major, minor, version);
    sweep(machine);
    if (HasFailure()) return;
  }
}

TEST(NvmlFaultSweep, EveryFunctionIsMissingInTurn) {
  for (const char* symbol : driver::nvml::symbol_names) {
    SCOPED_TRACE(std::string{symbol} + " is missing");
    NvmlMachine machine;
    machine.hide(symbol);
    const auto driver = machine.make_driver();
    ASSERT_TRUE(driver->open());
    for (int i = 0; i < ticks; ++i) {
      const Tick tick = take_tick(*driver, metrics_for(symbol));
      EXPECT_EQ(tick.devices.size(), std::string{symbol}.find("Mig") == std::string::npos &&
                                             std::string{symbol}.find("MIG") == std::string::npos
                                         ? 5U
                                         : tick.devices.size());
      expect_true_tick(tick, machine.state(), false);
      machine.tick();
    }
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace gander::contract
