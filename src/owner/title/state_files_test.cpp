// SPDX-License-Identifier: Apache-2.0
// State files lie on this machine: what lies on the network is not touched, whatever leads there.
#include "owner/title/state_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "host/fake_proc.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t limit = 100;

class StateFilesTest : public ::testing::Test {
 protected:
  StateFilesTest() {
    tree_.write("/proc/self/mountinfo",
                "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                "30 22 0:40 / /filer rw - nfs4 filer:/ rw\n"
                "31 22 0:41 / /filer/local rw - tmpfs tmpfs rw\n");
    tree_.write("/var/lib/state", "here");
    tree_.write("/filer/state", "there");
    tree_.write("/filer/local/state", "near");
  }
  void link(const std::string& target, const std::string& at) const {
    std::filesystem::create_symlink(target, tree_.folder() / at);
  }
  [[nodiscard]] std::string read(std::string_view path) const {
    const auto text = StateFiles{tree_.root()}.read(path, limit);
    return text ? *text : std::string{name_of(reason_of(text.error()))};
  }
  host::FakeProc tree_;
};

TEST_F(StateFilesTest, reads_what_lies_here) {
  EXPECT_EQ(read("/var/lib/state"), "here");
  EXPECT_EQ(read("/var/./lib//../lib/state"), "here");
  EXPECT_EQ(read("/var/lib/other"), "no_data");
  EXPECT_EQ(read("/var/lib"), "no_data");
}

TEST_F(StateFilesTest, leaves_the_network_alone) {
  EXPECT_EQ(read("/filer/state"), "withheld");
  EXPECT_EQ(read("/filer/local/state"), "withheld");  // The way there leads over the network.
  EXPECT_FALSE(StateFiles{tree_.root()}.list("/filer", limit));
}

TEST_F(StateFilesTest, follows_links_itself_and_only_where_they_stay_here) {
  link("/var/lib", "near");
  link("../filer", "var/far");
  link("/var/far", "farther");
  link("/ring", "ring");
  EXPECT_EQ(read("/near/state"), "here");
  EXPECT_EQ(read("/var/far/state"), "withheld");
  EXPECT_EQ(read("/farther/state"), "withheld");
  EXPECT_EQ(read("/ring/state"), "no_data");
  EXPECT_EQ(read("/../../var/lib/state"), "here");
}

TEST_F(StateFilesTest, reads_small_regular_files_of_whom_it_was_told) {
  tree_.write("/var/lib/large", std::string(limit + 1, 'x'));
  ASSERT_EQ(::mkfifo((tree_.folder() / "var/lib/pipe").c_str(), 0600), 0);
  EXPECT_EQ(read("/var/lib/large"), "no_data");
  EXPECT_EQ(read("/var/lib/pipe"), "no_data");
  const StateFiles files{tree_.root()};
  EXPECT_TRUE(files.read("/var/lib/state", limit, ::getuid()));
  const auto other = files.read("/var/lib/state", limit, ::getuid() + 1);
  ASSERT_FALSE(other);
  EXPECT_EQ(reason_of(other.error()), Missing::no_permission);
}

TEST_F(StateFilesTest, without_a_table_of_mounts_nothing_is_known_to_be_far) {
  std::filesystem::remove(tree_.folder() / "proc/self/mountinfo");
  EXPECT_EQ(read("/filer/state"), "there");
}

TEST(WorseReason, what_may_not_be_read_says_more_than_what_is_not_there) {
  EXPECT_EQ(worse(Missing::no_data, Missing::no_permission), Missing::no_permission);
  EXPECT_EQ(worse(Missing::withheld, Missing::no_data), Missing::withheld);
  EXPECT_EQ(worse(Missing::no_data, Missing::withheld), Missing::withheld);
  EXPECT_EQ(worse(Missing::withheld, Missing::no_permission), Missing::no_permission);
}

}  // namespace
}  // namespace gander::owner
