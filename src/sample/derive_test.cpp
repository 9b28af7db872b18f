// SPDX-License-Identifier: Apache-2.0
// What is used of the host's memory on a GPU that has none of its own.
#include "sample/derive.hpp"

#include <gtest/gtest.h>

namespace gander::sample {
namespace {

Process make_process(const std::string& device, Reading memory) {
  Process process;
  Use& use = process.uses.emplace_back();
  use.device = device;
  use.readings[Metric::gpu_memory] = memory;
  return process;
}

/// One GPU without memory of its own, and two processes on it.
Snapshot make_shared_machine() {
  Snapshot snapshot;
  Device& device = snapshot.devices.emplace_back();
  device.uuid = std::string{"GPU-0"};
  device.state = DeviceState::ok;
  device.readings[Metric::memory_total] = Missing::not_supported;
  device.readings[Metric::memory_used] = Missing::not_supported;
  snapshot.host.readings[Metric::host_memory_used] = 900.0;
  snapshot.processes = {make_process("GPU-0", 600.0), make_process("GPU-1", 50.0),
                        make_process("GPU-0", 17.0)};
  return snapshot;
}

Reading used_of(Snapshot snapshot) {
  derive_shared_memory(snapshot);
  return snapshot.devices[0].readings[Metric::memory_used];
}

TEST(SharedMemory, IsWhatTheProcessesOfTheDeviceUse) {
  EXPECT_EQ(used_of(make_shared_machine()), Reading{617.0});
}

TEST(SharedMemory, IsNotSampledWhereProcessesAreNot) {
  Snapshot snapshot = make_shared_machine();
  leave_out_shared_memory(snapshot);
  EXPECT_EQ(snapshot.devices[0].readings[Metric::memory_used], Reading{Missing::not_sampled});
  snapshot.devices[0].readings[Metric::memory_total] = 5.0;
  snapshot.devices[0].readings[Metric::memory_used] = 3.0;
  leave_out_shared_memory(snapshot);
  EXPECT_EQ(snapshot.devices[0].readings[Metric::memory_used], Reading{3.0}) << "memory of its own";
}

TEST(SharedMemory, IsAbsentWhereAProcessDoesNotTellItsPart) {
  Snapshot snapshot = make_shared_machine();
  snapshot.processes.push_back(make_process("GPU-0", Missing::withheld));
  EXPECT_EQ(used_of(snapshot), Reading{Missing::withheld});
}

TEST(SharedMemory, LeavesDevicesWithTheirOwnMemoryAlone) {
  Snapshot snapshot = make_shared_machine();
  snapshot.devices[0].readings[Metric::memory_total] = 1000.0;
  snapshot.devices[0].readings[Metric::memory_used] = 700.0;
  EXPECT_EQ(used_of(snapshot), Reading{700.0});
  snapshot.devices[0].readings[Metric::memory_total] = Missing::timed_out;
  EXPECT_EQ(used_of(snapshot), Reading{700.0});
}

}  // namespace
}  // namespace gander::sample
