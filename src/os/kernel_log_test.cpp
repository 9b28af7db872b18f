// SPDX-License-Identifier: Apache-2.0
// The kernel's log, from a file in the place of the device.
#include "os/kernel_log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace gander::os {
namespace {

using Lines = std::vector<std::string>;

class KernelLogTest : public testing::Test {
 protected:
  KernelLogTest() { std::filesystem::create_directories(folder_ + "/dev"); }
  ~KernelLogTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text) const {
    std::ofstream{folder_ + "/dev/kmsg", std::ios::app | std::ios::binary} << text;
  }
  const std::string folder_ =
      testing::TempDir() + "gander-kernel-log-" + std::to_string(::getpid());
  const Root root_{folder_};
};

TEST(KernelTextTest, ReadsNothingBehindARecordThatEndsWithItsNumber) {
  // In memory of just this size: a sanitizer sees a look behind it.
  const std::vector<char> record{'6'};
  EXPECT_EQ(find_kernel_text({record.data(), record.size()}), std::nullopt);
}

TEST_F(KernelLogTest, TellsWhatTheKernelWroteSinceItWasOpened) {
  write("4,1,10,-;old\n");
  KernelLog log{root_};
  EXPECT_EQ(log.read_new(), Lines{});
  write("4,2,20,-;first; and more\n SUBSYSTEM=pci\n6,3,30,-,caller=T1;second\n");
  EXPECT_EQ(log.read_new(), (Lines{"first; and more", "second"}));
  EXPECT_EQ(log.read_new(), Lines{});
}

TEST_F(KernelLogTest, LeavesOutWhatProcessesWroteAndWhatIsNoRecord) {
  write("");
  KernelLog log{root_};
  write(
      "12,2,20,-;from a "
      "process\nnonsense\n;\n4,\n,;x\n\n99999999999999999999,1;y\n4,3,30,-;true\n");
  EXPECT_EQ(log.read_new(), Lines{"true"});
}

TEST_F(KernelLogTest, JoinsALineThatCameInPartsAndForgetsOneWithoutEnd) {
  write("");
  KernelLog log{root_};
  write("4,2,20,-;be");
  EXPECT_EQ(log.read_new(), Lines{});
  write("gin\n");
  EXPECT_EQ(log.read_new(), Lines{"begin"});
  write("4,2,20,-;" + std::string(30000, 'x'));
  EXPECT_EQ(log.read_new(), Lines{});
  write("\n4,3,30,-;next\n");
  EXPECT_EQ(log.read_new().back(), "next");
}

TEST_F(KernelLogTest, HasNoLinesWhereThereIsNoLog) {
  KernelLog log{root_};
  EXPECT_EQ(log.read_new(), Lines{});
}

}  // namespace
}  // namespace gander::os
