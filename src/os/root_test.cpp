// SPDX-License-Identifier: Apache-2.0
// Root on a folder of its own: what it reads, how it fails, and that nothing leads out of it.
#include "os/root.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace gander::os {
namespace {

class RootTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "gander_root_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directories(folder_ / "top/a");
    write("top/a/file", "text\n");
    write("outside", "secret");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / name, std::ios::binary} << text;
  }
  [[nodiscard]] Root root() const { return Root{(folder_ / "top").string()}; }
  std::filesystem::path folder_;
};

TEST_F(RootTest, reads_a_file_below_the_folder) {
  EXPECT_EQ(root().read("/a/file").value(), "text\n");
  EXPECT_EQ(root().read("a/file").value(), "text\n");
  EXPECT_TRUE(root().exists("/a/file"));
  EXPECT_FALSE(root().exists("/a/none"));
  EXPECT_FALSE(root().is_real());
  EXPECT_TRUE(Root{}.is_real());
  EXPECT_TRUE(Root{""}.is_real());
}

TEST_F(RootTest, an_overlay_goes_first_and_the_folder_fills_in) {
  std::filesystem::create_directories(folder_ / "over/a");
  write("over/a/file", "other\n");
  write("top/a/second", "below\n");
  const Root both{(folder_ / "top").string(), (folder_ / "over").string()};
  EXPECT_EQ(both.read("/a/file").value(), "other\n");
  EXPECT_EQ(both.read("/a/second").value(), "below\n");
  EXPECT_EQ(both.list("/a").value(), std::vector<std::string>{"file"});
  EXPECT_TRUE(both.exists("/a/second"));
}

TEST_F(RootTest, a_path_never_climbs_above_the_root) {
  const auto top = (folder_ / "top").string();
  EXPECT_EQ(root().path("/../outside"), top + "/outside");
  EXPECT_EQ(root().path("/a/../../../b/./c"), top + "/b/c");
  EXPECT_EQ(root().path(""), top + "/");
  EXPECT_EQ(root().read("/../outside").error().fault, Fault::not_found);
}

TEST_F(RootTest, a_link_is_followed_inside_the_root_only) {
  std::filesystem::create_symlink("../../outside", folder_ / "top/a/relative");
  std::filesystem::create_symlink(folder_ / "outside", folder_ / "top/a/absolute");
  std::filesystem::create_symlink("/a/file", folder_ / "top/a/inside");
  EXPECT_FALSE(root().read("/a/relative").has_value());
  EXPECT_FALSE(root().read("/a/absolute").has_value());
  EXPECT_FALSE(root().exists("/a/absolute"));
  EXPECT_EQ(root().read("/a/inside").value_or("nothing"), "text\n");
  EXPECT_EQ(root().read_link("/a/inside").value(), "/a/file");
}

TEST_F(RootTest, reads_whole_files_of_any_size_up_to_the_limit) {
  std::string big(100'000, 'x');
  big += "end";
  write("top/big", big);
  EXPECT_EQ(root().read("/big").value(), big);
  EXPECT_EQ(root().read("/big", 10).value(), "xxxxxxxxxx");
  EXPECT_EQ(root().read("/big", 0).value(), "");
  EXPECT_EQ(root().read("/big", 5000).value().size(), 5000U);
}

TEST_F(RootTest, a_buffer_is_used_again_and_emptied_on_failure) {
  std::string text = "old text that is longer than the file";
  ASSERT_TRUE(root().read_into("/a/file", text).has_value());
  EXPECT_EQ(text, "text\n");
  EXPECT_FALSE(root().read_into("/a/none", text).has_value());
  EXPECT_EQ(text, "");
}

TEST_F(RootTest, failures_name_the_path_and_their_kind) {
  const auto missing = root().read("/a/none");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().fault, Fault::not_found);
  EXPECT_NE(missing.error().message.find("/top/a/none"), std::string::npos);
  EXPECT_EQ(root().read("/a/file/x").error().fault, Fault::not_found);
  EXPECT_EQ(root().read("/a").error().fault, Fault::operating_system);
  EXPECT_EQ(root().list("/none").error().fault, Fault::not_found);
  EXPECT_FALSE(root().read_link("/a/file").has_value());
}

TEST_F(RootTest, a_pipe_in_the_place_of_a_file_does_not_hold_us) {
  ASSERT_EQ(::mkfifo((folder_ / "top/pipe").c_str(), 0600), 0);
  EXPECT_EQ(root().read("/pipe").value(), "");
}

TEST_F(RootTest, a_file_we_may_not_open_is_no_permission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may open everything";
  ::chmod((folder_ / "top/a/file").c_str(), 0);
  EXPECT_EQ(root().read("/a/file").error().fault, Fault::no_permission);
}

TEST_F(RootTest, lists_names_without_dots) {
  write("top/a/other", "");
  auto names = root().list("/a").value();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"file", "other"}));
}

TEST(RootOnTheMachine, reads_files_of_proc_whose_size_is_zero) {
  const Root root;
  EXPECT_NE(root.read("/proc/self/stat").value().find(std::to_string(::getpid()) + " ("),
            std::string::npos);
  EXPECT_EQ(root.read_link("/proc/self").value(), std::to_string(::getpid()));
}

}  // namespace
}  // namespace gander::os
