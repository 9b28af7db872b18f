// SPDX-License-Identifier: Apache-2.0
// How many calls gander makes: counted in the simulated library over a hand-turned minute.
#include <map>
#include <thread>

#include "gander/monitor_demand.hpp"
#include "sample/sampler.hpp"
#include "tests/contract/nvml_machine.hpp"

namespace gander::contract {
namespace {

using namespace std::chrono_literals;

/// Calls for each GPU and second that a monitor may make in steady state.
constexpr double budget = 8;
constexpr int seconds = 60;
/// How often the thread that waits for events calls the library.
constexpr double waits_per_second = 0.5;

class NvmlBudget : public testing::Test {
 protected:
  NvmlBudget() {
    // No MIG: each GPU is one device.
    machine.change([](sim::State& state) {
      state.gpus[2].mig_mode = state.gpus[2].mig_pending = 0;
      for (sim::Process& process : state.processes) process.mig_slot = -1;
    });
    sample::SamplerOptions options;
    options.clock = &machine.clock;
    options.drivers.push_back(machine.make_driver());
    options.deadlines = {30s, 30s, 30s, 30s, 30s};
    sampler = sample::make_sampler(std::move(options));
  }

  void run(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      sampler->tick();
      machine.tick();
    }
  }
  /// Events are watched from a moment after the first look on, in real time: those calls are made
  /// once and are no part of a steady state.
  void await_event_watch() const {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (machine.count_calls("nvmlDeviceRegisterEvents") < machine.state().gpu_count &&
           std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(10ms);
    }
  }
  /// Calls of functions that ask a device, by function.
  [[nodiscard]] std::map<std::string, std::uint64_t> device_calls() const {
    std::map<std::string, std::uint64_t> calls;
    for (const sim::FunctionCalls& function : machine.state().functions) {
      const std::string name{function.name.data()};
      if (name.starts_with("nvmlDevice") || name.starts_with("nvmlGpm")) {
        calls[name] = sim::live(function.count);
      }
    }
    return calls;
  }
  [[nodiscard]] std::uint64_t all_calls() const {
    std::uint64_t sum = 0;
    for (const auto& [name, count] : device_calls()) sum += count;
    return sum;
  }
  /// Those that concern no device too, such as waiting for events.
  [[nodiscard]] std::uint64_t library_calls() const {
    std::uint64_t sum = 0;
    for (const sim::FunctionCalls& function : machine.state().functions) {
      sum += sim::live(function.count);
    }
    return sum;
  }

  NvmlMachine machine;
  std::unique_ptr<sample::Sampler> sampler;
};

/// Calls made each time that processes are listed; the others of processes have a period.
bool is_of_each_list(std::string_view name) {
  return name.find("GetComputeRunning") != name.npos || name.find("Utilization") != name.npos;
}
bool is_of_processes(std::string_view name) {
  return name.find("Process") != name.npos && is_of_each_list(name);
}

/// What each process of the machine does, by which list names it.
class NvmlBudgetOf : public NvmlBudget, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(NvmlBudgetOf, TheMonitorKeepsWithinItsCallsWithProcessesEachSecond) {
  machine.change([](sim::State& state) {
    for (std::uint32_t i = 0; i < state.process_count; ++i) {
      state.processes[i].gpu = i;
      state.processes[i].type = GetParam();
    }
    for (std::uint32_t i = 0; i < state.gpu_count; ++i) state.gpus[i].display_active = 1;
  });
  sampler->set_demand("monitor", monitor_demand());
  run(5);
  await_event_watch();
  const auto before = device_calls();
  const auto looks_before = machine.count_calls("nvmlDeviceGetUtilizationRates");
  run(seconds);
  const auto after = device_calls();
  double sum = 0;
  for (const auto& [name, count] : after) {
    const auto at = before.find(name);
    const auto grown = static_cast<double>(count - (at == before.end() ? 0 : at->second));
    // The sampler lists them every two seconds.
    const double share = grown * (is_of_processes(name) ? 2 : 1) / seconds;
    sum += share;
    if (grown > 0) RecordProperty(name, std::to_string(share / machine.state().gpu_count));
  }
  // Waiting for events is one call for all GPUs, in real time: with a single GPU it is its own.
  const double per_gpu = sum / machine.state().gpu_count + waits_per_second;
  EXPECT_LE(per_gpu, budget);
  EXPECT_GT(per_gpu, 2);
  const auto looks = machine.count_calls("nvmlDeviceGetUtilizationRates") - looks_before;
  EXPECT_EQ(looks, static_cast<std::uint64_t>(seconds) * machine.state().gpu_count);
}

INSTANTIATE_TEST_SUITE_P(Processes, NvmlBudgetOf,
                         testing::Values(sim::type_compute, sim::type_graphics,
                                         sim::type_compute | sim::type_graphics));

TEST_F(NvmlBudget, WaitingForEventsIsSeldomACall) {
  sampler->set_demand("monitor", monitor_demand());
  run(5);
  await_event_watch();
  const auto before = machine.count_calls("nvmlEventSetWait_v2");
  const auto began = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(3s);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const auto waits = static_cast<double>(machine.count_calls("nvmlEventSetWait_v2") - before);
  // One may have been about to begin.
  EXPECT_LE(waits, 1 + took.count() * waits_per_second);
}

TEST_F(NvmlBudget, FieldsComeInOneCall) {
  sampler->set_demand("monitor", monitor_demand());
  run(seconds);
  const std::uint64_t batches = machine.count_calls("nvmlDeviceGetFieldValues");
  EXPECT_GT(batches, 0U);
  EXPECT_LE(batches, static_cast<std::uint64_t>(seconds) * machine.state().gpu_count);
}

TEST_F(NvmlBudget, NobodyLooksNothingIsAsked) {
  sampler->set_demand("monitor", monitor_demand());
  run(4);
  sampler->set_demand("monitor", Demand{MetricSet{}.insert(Metric::uptime), false});
  run(1);
  const std::uint64_t before = library_calls();
  run(seconds);
  // Longer than one wait for events takes.
  std::this_thread::sleep_for(1s);
  EXPECT_EQ(library_calls(), before);
}

TEST_F(NvmlBudget, EventsAreWatchedAgainWhenSomebodyLooksAgain) {
  sampler->set_demand("monitor", monitor_demand());
  run(4);
  sampler->set_demand("monitor", Demand{MetricSet{}.insert(Metric::uptime), false});
  run(2);
  const auto is_watched = [this, waits = machine.count_calls("nvmlEventSetWait_v2")] {
    return machine.count_calls("nvmlEventSetWait_v2") > waits;
  };
  sampler->set_demand("monitor", monitor_demand());
  run(1);
  for (int i = 0; i < 300 && !is_watched(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(is_watched());
}

TEST_F(NvmlBudget, TheBlockingCallIsMadeOnDemandOnly) {
  sampler->set_demand("all", Demand{});
  run(12);
  EXPECT_EQ(machine.count_calls("nvmlDeviceGetPcieThroughput"), 0U);
  Demand demand = monitor_demand();
  demand.metrics.insert(Metric::pcie_transmit_sample);
  sampler->set_demand("all", demand);
  run(1);
  EXPECT_EQ(machine.count_calls("nvmlDeviceGetPcieThroughput"), machine.state().gpu_count);
}

}  // namespace
}  // namespace gander::contract
