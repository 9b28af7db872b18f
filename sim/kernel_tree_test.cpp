// SPDX-License-Identifier: Apache-2.0
// What the kernel's files say of a simulated machine.
#include "sim/kernel_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "sim/nvml/test_machine.hpp"

namespace gander::sim {
namespace {

using testing::HasSubstr;

class Kernel : public testing::Test {
 protected:
  Kernel() : state_(std::make_unique<State>()), tree_(folder_.path()) {
    fill_machine(*state_);
    tree_.update(*state_);
  }
  [[nodiscard]] std::string read(const std::string& path) const {
    std::ifstream file{tree_.root() + path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  [[nodiscard]] bool exists(const std::string& path) const {
    return std::filesystem::exists(tree_.root() + path);
  }

  TestFolder folder_;
  std::unique_ptr<State> state_;
  KernelTree tree_;
  const std::string status_ = "/sys/bus/pci/devices/0000:1b:00.0/power/runtime_status";
  const std::string information_ = "/proc/driver/nvidia/gpus/0000:1b:00.0/information";
};

TEST_F(Kernel, NamesGpusAndTheDriver) {
  EXPECT_THAT(read("/proc/driver/nvidia/version"), HasSubstr("Kernel Module  580.95.05  "));
  EXPECT_THAT(read(information_), HasSubstr("Model: \t\t NVIDIA H100 80GB HBM3\n"));
  EXPECT_THAT(read(information_), HasSubstr(state_->gpus[0].uuid.data()));
  EXPECT_EQ(read(status_), "active\n");
}

TEST_F(Kernel, AddsAccountsToThoseOfTheSystem) {
  write_accounts(folder_.path(), "alice:x:20001:20001::/:/bin/false\n");
  EXPECT_THAT(read("/etc/passwd"), HasSubstr("root:x:0:"));
  EXPECT_THAT(read("/etc/passwd"), HasSubstr("\nalice:x:20001:"));
}

TEST_F(Kernel, FollowsAGpuThatSleepsWakesAndLeaves) {
  state_->gpus[0].faults.suspended = 1;
  tree_.update(*state_);
  EXPECT_EQ(read(status_), "suspended\n");
  state_->gpus[0].faults.suspended = 0;
  tree_.update(*state_);
  EXPECT_EQ(read(status_), "active\n");
  state_->gpus[0].faults.absent = 1;
  tree_.update(*state_);
  EXPECT_FALSE(exists(status_));
  EXPECT_FALSE(exists(information_));
  state_->gpus[0].faults.absent = 0;
  tree_.update(*state_);
  EXPECT_TRUE(exists(information_));
}

TEST_F(Kernel, FollowsTheDriver) {
  state_->driver.unloaded = 1;
  tree_.update(*state_);
  EXPECT_FALSE(exists("/proc/driver/nvidia/version"));
  EXPECT_TRUE(exists(status_));
  state_->driver.unloaded = 0;
  set_text(state_->driver.version, "610.10");
  refresh_kernel_tree(folder_.path(), *state_);
  EXPECT_THAT(read(information_), HasSubstr("GPU Firmware: \t 610.10\n"));
}

}  // namespace
}  // namespace gander::sim
