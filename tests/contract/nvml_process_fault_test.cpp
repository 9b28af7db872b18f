// SPDX-License-Identifier: Apache-2.0
// Process lists as hostile as drivers make them: storms, rows twice, nonsense among the samples,
// numbers that belong to somebody else by now.
#include "tests/contract/nvml_watch.hpp"

namespace gander::contract {
namespace {

constexpr std::uint64_t mebibyte = 1U << 20U;

/// The processes of GPU 0 of the machine, asked without a sampler.
class NvmlProcesses : public testing::Test {
 protected:
  NvmlProcesses() : driver(machine.make_driver()) {
    EXPECT_TRUE(driver->open());
    const auto list = list_attached(*driver);
    EXPECT_TRUE(list);
    handle = list->front().handle;
  }
  driver::ProcessList list() { return driver->list_processes(handle, MetricSet::all()); }
  void set_garbage(std::uint32_t kinds) {
    machine.change([&](sim::State& state) { state.gpus[0].faults.garbage = kinds; });
  }

  NvmlMachine machine;
  std::unique_ptr<driver::Driver> driver;
  driver::DeviceHandle handle;
};

TEST_F(NvmlProcesses, AStormComesAndGoesAndIsListedWhole) {
  EXPECT_EQ(list().rows.size(), 2U);
  for (int round = 0; round < 2; ++round) {
    machine.change([](sim::State& state) { state.gpus[0].faults.storm = 950; });
    const auto storm = list();
    EXPECT_EQ(storm.rows.size(), 952U);
    EXPECT_EQ(storm.complete, Known<bool>{true});
    machine.change([](sim::State& state) { state.gpus[0].faults.storm = 0; });
    const auto calm = list();
    ASSERT_EQ(calm.rows.size(), 2U);
    EXPECT_EQ(calm.rows[1].use.readings[Metric::gpu_memory], Reading{20.0 * sim::gib});
  }
}

TEST_F(NvmlProcesses, AListThatFailsSaysWhatTheDriverSaid) {
  machine.inject("nvmlDeviceGetComputeRunningProcesses_v3", 999, 0);
  const auto failed = list();
  EXPECT_EQ(failed.complete, Known<bool>{Missing::driver_error});
  EXPECT_EQ(failed.errors, (std::vector<DriverError>{{"processes", "UNKNOWN (999)"}}));
}

TEST_F(NvmlProcesses, RowsTwiceAndOfNobodyAreOneAndNone) {
  set_garbage(sim::garbage_duplicate_row | sim::garbage_huge_pid);
  const auto rows = list().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].pid, 4242);
  EXPECT_EQ(rows[0].use.readings[Metric::gpu_memory], Reading{10.0 * sim::gib});
}

TEST_F(NvmlProcesses, MemoryThatIsNotToldIsNoNumber) {
  set_garbage(sim::garbage_unknown_memory);
  const auto rows = list().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].use.readings[Metric::gpu_memory], Reading{Missing::no_data});
  // The list of graphics processes still tells.
  EXPECT_EQ(rows[1].use.readings[Metric::gpu_memory], Reading{20.0 * sim::gib});
}

TEST_F(NvmlProcesses, NonsenseAmongSamplesIsNotAttributed) {
  list();
  machine.tick();
  set_garbage(sim::garbage_over_range | sim::garbage_dead | sim::garbage_duplicate |
              sim::garbage_stale | sim::garbage_zero_pid);
  for (int i = 0; i < 5; ++i) {
    const auto rows = list().rows;
    ASSERT_EQ(rows.size(), 2U);
    for (const auto& row : rows) {
      const Reading& sm = row.use.readings[Metric::gpu_sm_utilization];
      if (sm.is_known()) {
        EXPECT_EQ(sm.value(), 0.4);
      }
    }
    EXPECT_EQ(rows[1].use.readings[Metric::gpu_sm_utilization], Reading{0.4});
    machine.tick();
  }
}

/// One process of this machine on GPU 0 under a sampler that sees a made-up /proc.
class NvmlIdentity : public NvmlWatch {
 protected:
  NvmlIdentity() {
    machine.change([](sim::State& state) { state.process_count = 1; });
    write("/proc/stat", "btime 1700000000\n");
    write("/proc/uptime", "1000.00 1000.00\n");
  }
  /// A process that began `ticks` after boot.
  void run(Pid pid, const std::string& name, int ticks) const {
    const std::string folder = "/proc/" + std::to_string(pid);
    write(folder + "/stat",
          std::to_string(pid) + " (" + name + ") S 1 1 1 0 -1 0 0 0 0 0 5 5 0 0 20 0 1 0 " +
              std::to_string(ticks) + " 4096000 100 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n");
    write(folder + "/cmdline", name + '\0');
    write(folder + "/comm", name + "\n");
    write(folder + "/status", "Name:\t" + name + "\nUid:\t0\t0\t0\t0\n");
  }
  static const Process& process_of(const Snapshot& snapshot, Pid pid) {
    const auto found = std::ranges::find(snapshot.processes, pid, &Process::pid);
    EXPECT_NE(found, snapshot.processes.end());
    return *found;
  }
};

TEST_F(NvmlIdentity, ANumberGivenAwayAgainIsAnotherProcess) {
  run(4242, "first", 100);
  const auto before = look_for(3);
  const Process first = process_of(*before, 4242);
  EXPECT_EQ(first.presence, Presence::present);
  run(4242, "second", 90'000);
  const auto after = look_for(3);
  const Process second = process_of(*after, 4242);
  EXPECT_NE(first.start_time, second.start_time);
  EXPECT_NE(first.command, second.command);
}

TEST_F(NvmlIdentity, AProcessThatEndedIsGoneAndKeepsItsMemory) {
  run(4242, "first", 100);
  look_for(3);
  std::filesystem::remove_all(machine.root() + "/proc/4242");
  const auto snapshot = look_for(3);
  const Process& gone = process_of(*snapshot, 4242);
  EXPECT_EQ(gone.presence, Presence::gone);
  ASSERT_EQ(gone.uses.size(), 1U);
  EXPECT_EQ(gone.uses[0].readings[Metric::gpu_memory], Reading{10.0 * sim::gib});
}

TEST_F(NvmlIdentity, ARowLeftBehindUnderSomebodyElsesNumberIsNotCountedTwice) {
  run(4242, "first", 100);
  run(4999, "innocent", 90'000);
  machine.change([](sim::State& state) {
    state.launcher_pid = 4999;
    state.gpus[0].faults.garbage = sim::garbage_recycled_row;
  });
  const auto snapshot = look_for(3);
  const Process& innocent = process_of(*snapshot, 4999);
  ASSERT_EQ(innocent.uses.size(), 1U);
  EXPECT_EQ(innocent.uses[0].readings[Metric::gpu_memory],
            Reading{static_cast<double>(512 * mebibyte)});
  EXPECT_EQ(innocent.uses[0].readings[Metric::gpu_sm_utilization], Reading{0.0});
}

}  // namespace
}  // namespace gander::contract
