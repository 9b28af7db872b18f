// SPDX-License-Identifier: Apache-2.0
// Memory of GPUs that share the host's.
#include "sim/host_memory.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gander::sim {
namespace {

class HostMemory : public testing::Test {
 protected:
  HostMemory() {
    state->gpu_count = 2;
    state->process_count = 2;
    for (std::uint32_t i = 0; i < 2; ++i) {
      state->gpus[i].memory_total = 128;
      state->processes[i].present = 1;
      state->processes[i].gpu = i;
      state->processes[i].mig_slot = -1;
      state->processes[i].memory.base = 64;
      state->processes[i].memory.maximum = 80;
    }
    state->gpus[0].unsupported = std::uint64_t{1} << feature_memory;
  }
  std::unique_ptr<State> state = std::make_unique<State>();
};

TEST_F(HostMemory, NobodyHoldsMoreThanThereIs) {
  fit_to_host(*state, 32);
  EXPECT_EQ(state->gpus[0].memory_total, 32U);
  EXPECT_EQ(state->processes[0].memory.base, 16);
  EXPECT_EQ(state->processes[0].memory.maximum, 20);
  // A GPU with memory of its own keeps it.
  EXPECT_EQ(state->gpus[1].memory_total, 128U);
  EXPECT_EQ(state->processes[1].memory.base, 64);
}

TEST_F(HostMemory, AHostThatHasEnoughChangesNothing) {
  fit_to_host(*state, 256);
  EXPECT_EQ(state->gpus[0].memory_total, 128U);
  EXPECT_EQ(state->processes[0].memory.base, 64);
}

}  // namespace
}  // namespace gander::sim
