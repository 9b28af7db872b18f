// SPDX-License-Identifier: Apache-2.0
// Which files of another user are read, and that the rest is left alone.
#include "os/owned_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "os/file_descriptor.hpp"

namespace gander::os {
namespace {

constexpr std::size_t limit = 100;

class OwnedFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "gander_owned_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directories(folder_ / "top/a");
    write("top/a/file", "text");
    write("outside", "other");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream{folder_ / name, std::ios::binary} << text;
  }
  [[nodiscard]] Result<OwnedFile> read(std::string_view path, std::size_t most = limit) const {
    return read_owned(Root{(folder_ / "top").string()}, path, ::getuid(), most);
  }
  [[nodiscard]] Fault fault_of(std::string_view path) const {
    const auto file = read(path);
    EXPECT_FALSE(file) << path;
    return file ? Fault{} : file.error().fault;
  }
  std::filesystem::path folder_;
};

TEST_F(OwnedFileTest, GivesTextAndTimeOfTheLastChange) {
  const timespec times[2] = {{5, 0}, {1'700'000'000, 250'000'000}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder_ / "top/a/file").c_str(), times, 0), 0);
  const auto file = read("/a/file");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->text, "text");
  EXPECT_EQ(file->modified, std::chrono::milliseconds{1'700'000'000'250});
  const auto real = read_owned(Root{}, (folder_ / "outside").string(), ::getuid(), limit);
  ASSERT_TRUE(real);
  EXPECT_EQ(real->text, "other");
}

TEST_F(OwnedFileTest, TakesAnybodysFileWhereTheUserDoesNotMatter) {
  const Root root{(folder_ / "top").string()};
  const auto file = read_owned(root, "/a/file", std::nullopt, limit);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->text, "text");
  EXPECT_FALSE(read_owned(root, "/a", std::nullopt, limit));
}

TEST_F(OwnedFileTest, RefusesAnotherUsersFile) {
  const Root root{(folder_ / "top").string()};
  const auto file = read_owned(root, "/a/file", ::getuid() + 1, limit);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().fault, Fault::no_permission);
}

TEST_F(OwnedFileTest, FollowsNoLinkInThePlaceOfTheFile) {
  std::filesystem::create_symlink("file", folder_ / "top/a/link");
  EXPECT_EQ(fault_of("/a/link"), Fault::invalid_data);
}

TEST_F(OwnedFileTest, ResolvesLinksOnTheWayInsideTheRoot) {
  std::filesystem::create_symlink("/a", folder_ / "top/way");
  EXPECT_EQ(read("/way/file")->text, "text");
  std::filesystem::create_symlink(folder_, folder_ / "top/out");
  EXPECT_EQ(fault_of("/out/outside"), Fault::not_found);
  EXPECT_EQ(fault_of("/../outside"), Fault::not_found);
}

TEST_F(OwnedFileTest, OpensNothingButRegularFiles) {
  // Opening a pipe for reading would let the writer's non-blocking open succeed.
  ASSERT_EQ(::mkfifo((folder_ / "top/pipe").c_str(), 0600), 0);
  EXPECT_EQ(fault_of("/pipe"), Fault::invalid_data);
  const FileDescriptor writer{
      ::open((folder_ / "top/pipe").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
  EXPECT_FALSE(writer.is_open());
  EXPECT_EQ(fault_of("/a"), Fault::invalid_data);
}

TEST_F(OwnedFileTest, RefusesWhatIsAboveTheLimitInsteadOfCuttingIt) {
  EXPECT_EQ(read("/a/file", 4)->text, "text");
  const auto file = read("/a/file", 3);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().fault, Fault::invalid_data);
}

TEST_F(OwnedFileTest, SaysWhenThereIsNone) { EXPECT_EQ(fault_of("/a/none"), Fault::not_found); }

}  // namespace
}  // namespace gander::os
