// SPDX-License-Identifier: Apache-2.0
#include "driver/nvml/examine.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gander::driver::nvml {
namespace {

TEST(Examine, a_version_mismatch_is_named_with_its_remedy) {
  const auto folder = std::filesystem::path{testing::TempDir()} / "gander-examine";
  std::filesystem::create_directories(folder / "proc/driver/nvidia");
  std::ofstream{folder / "proc/driver/nvidia/version"}
      << "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar\n";
  const os::Root root{folder.string()};
  const auto good = examine(root, std::string{"550.54.15"});
  ASSERT_EQ(good.size(), 1U);
  EXPECT_EQ(good[0].severity, Severity::ok);
  const auto bad = examine(root, std::string{"580.10"});
  ASSERT_EQ(bad.size(), 1U);
  EXPECT_EQ(bad[0].fault, Fault::driver_down);
  EXPECT_FALSE(bad[0].remedy.empty());
  std::filesystem::remove_all(folder);
}

TEST(Examine, a_version_file_that_is_missing_is_not_one_that_tells_nothing) {
  const auto folder = std::filesystem::path{testing::TempDir()} / "gander-examine-version";
  std::filesystem::create_directories(folder / "proc/driver/nvidia");
  const os::Root root{folder.string()};
  auto findings = examine(root, std::string{"550.54.15"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].text, "/proc/driver/nvidia/version not found");
  std::ofstream{folder / "proc/driver/nvidia/version"} << "something else\n";
  findings = examine(root, std::string{"550.54.15"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].text, "/proc/driver/nvidia/version does not tell its version");
  std::filesystem::remove_all(folder);
}

TEST(Examine, inside_of_windows_nobody_looks_for_a_kernel_module) {
  const auto folder = std::filesystem::path{testing::TempDir()} / "gander-examine-wsl";
  std::filesystem::create_directories(folder / "dev");
  std::ofstream{folder / "dev/dxg"} << "";
  const os::Root root{folder.string()};
  for (const auto& library :
       {Known<std::string>{"550.54.15"}, Known<std::string>{Missing::driver_down}}) {
    const auto findings = examine(root, library);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].severity, Severity::note);
    EXPECT_NE(findings[0].text.find("in Windows"), std::string::npos);
    EXPECT_NE(findings[0].remedy.find("wsl --shutdown"), std::string::npos);
  }
  std::filesystem::remove_all(folder);
}

TEST(Examine, a_machine_without_the_driver_has_no_findings) {
  EXPECT_TRUE(examine(os::Root{testing::TempDir()}, Missing::driver_down).empty());
}

}  // namespace
}  // namespace gander::driver::nvml
