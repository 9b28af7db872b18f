// SPDX-License-Identifier: Apache-2.0
// Error reports keep coming whatever else happens: drivers that are reloaded, GPUs that go and
// come. In real time, because the library is waited for on a thread.
#include <iterator>

#include "tests/contract/nvml_watch.hpp"

namespace gander::contract {
namespace {

using namespace std::chrono_literals;

class NvmlEventLife : public NvmlWatch {
 protected:
  /// Ticks once a second until the library waits for events in yet another call.
  void look_until_watched() {
    const auto waits = machine.count_calls("nvmlEventSetWait_v2");
    const auto is_watched = [&] { return machine.count_calls("nvmlEventSetWait_v2") > waits; };
    for (int i = 0; i < 5; ++i) look_for(1);
    for (int i = 0; i < 300 && !is_watched(); ++i) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(is_watched());
  }
  void report(std::uint32_t gpu, std::uint32_t xid) {
    machine.change([=](sim::State& state) {
      state.gpus[gpu].health.xid = xid;
      ++state.gpus[gpu].health.xid_count;
    });
  }
  /// How often the code was told, looking for up to three seconds of real time and then once more.
  std::ptrdiff_t count_xid(std::uint32_t xid) {
    const auto count = [xid](const Snapshot& snapshot) {
      return std::ranges::count(snapshot.events, Known{xid}, &Event::xid);
    };
    SnapshotPointer snapshot = look();
    for (int i = 0; i < 30 && count(*snapshot) == 0; ++i) {
      std::this_thread::sleep_for(100ms);
      snapshot = look();
    }
    std::this_thread::sleep_for(100ms);
    return count(*look());
  }
};

TEST_F(NvmlEventLife, AReloadedDriverIsWatchedAtOnce) {
  look();
  look_until_watched();
  machine.change([](sim::State& state) { ++state.driver.generation; });
  std::this_thread::sleep_for(700ms);
  look_for(2);
  look_until_watched();
  report(1, 48);
  EXPECT_EQ(count_xid(48), 1);
}

TEST_F(NvmlEventLife, WhatIsToldWhileTheListChangesIsNotLost) {
  look();
  look_until_watched();
  report(1, 31);
  std::this_thread::sleep_for(700ms);
  machine.change([](sim::State& state) { state.gpus[0].faults.absent = 1; });
  look_for(11);
  EXPECT_EQ(count_xid(31), 1);
}

TEST_F(NvmlEventLife, AGpuThatFallsAsleepLeavesTheOthersWatched) {
  for (std::uint32_t gpu = 0; gpu < 3; ++gpu) set_power(gpu, "active", "on");
  look();
  look_until_watched();
  const auto sets = machine.count_calls("nvmlEventSetCreate");
  set_power(1, "suspended", "auto");
  machine.change([](sim::State& state) { state.gpus[1].faults.suspended = 1; });
  look_for(2);
  report(0, 13);
  EXPECT_EQ(count_xid(13), 1);
  EXPECT_EQ(machine.count_calls("nvmlEventSetCreate"), sets);
  EXPECT_EQ(machine.state().gpus[1].faults.woken, 0U);
}

}  // namespace
}  // namespace gander::contract
