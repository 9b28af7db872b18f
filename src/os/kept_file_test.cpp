// SPDX-License-Identifier: Apache-2.0
// KeptFile on the kernel's own files and on others.
#include "os/kept_file.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace gander::os {
namespace {

TEST(KeptFile, ReadsAFileOfTheKernelAnewEachTime) {
  KeptFile kept{"/proc/self/comm"};
  EXPECT_FALSE(kept.is_kept());
  std::string text;
  ASSERT_TRUE(kept.read_into(Root{}, text));
  EXPECT_TRUE(kept.is_kept());
  const std::string before = text;
  std::ofstream{"/proc/self/comm"} << "another";
  ASSERT_TRUE(kept.read_into(Root{}, text));
  EXPECT_EQ(text, "another\n");
  std::ofstream{"/proc/self/comm"} << before;
}

TEST(KeptFile, ReadsAllOfATextThatIsLongerThanItsFirstRoom) {
  KeptFile kept{"/proc/self/maps"};
  std::string first;
  ASSERT_TRUE(kept.read_into(Root{}, first));
  KeptFile longer{"/proc/kallsyms"};
  std::string text;
  if (!longer.read_into(Root{}, text, 1U << 16U)) GTEST_SKIP() << "no /proc/kallsyms here";
  EXPECT_EQ(text.size(), 1U << 16U);
}

TEST(KeptFile, SaysThatAProcessHasEnded) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  KeptFile kept{fmt::format("/proc/{}/stat", child)};
  std::string text;
  ASSERT_TRUE(kept.read_into(Root{}, text));
  EXPECT_TRUE(kept.is_kept());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const auto gone = kept.read_into(Root{}, text);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault, Fault::not_found);
  EXPECT_TRUE(text.empty());
  EXPECT_FALSE(kept.is_kept());
}

TEST(KeptFile, FollowsANameThatAnotherFileTook) {
  std::string name = ::testing::TempDir() + "gander_kept_XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path folder = name;
  std::ofstream{folder / "file"} << "first";
  KeptFile kept{"/file"};
  const Root root{name};
  std::string text;
  ASSERT_TRUE(kept.read_into(root, text));
  EXPECT_EQ(text, "first");
  std::ofstream{folder / "new"} << "second";
  std::filesystem::rename(folder / "new", folder / "file");
  ASSERT_TRUE(kept.read_into(root, text));
  EXPECT_EQ(text, "second");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gander::os
