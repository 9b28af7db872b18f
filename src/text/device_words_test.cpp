// SPDX-License-Identifier: Apache-2.0
// Memory of a GPU that shares the host's: what the GPU uses, never what the host does.
#include "text/device_words.hpp"

#include <gtest/gtest.h>

#include "gander/device_memory.hpp"

namespace gander::text {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

TEST(DeviceWords, SharedMemoryIsTheGpusOwnUse) {
  Host host;
  host.readings[Metric::host_memory_used] = 0.9 * gib;
  host.readings[Metric::host_memory_total] = 128 * gib;
  Device device;
  device.state = DeviceState::ok;
  device.readings[Metric::memory_total] = Missing::not_supported;
  device.readings[Metric::memory_used] = 64 * gib;
  EXPECT_EQ(memory_usage(host, device), "shared 64.0/128GiB");
  EXPECT_EQ(memory_share(host, device), Reading{0.5});
  device.readings[Metric::memory_used] = Missing::not_supported;
  EXPECT_EQ(memory_usage(host, device), "shared N/A/128GiB");
}

}  // namespace
}  // namespace gander::text
