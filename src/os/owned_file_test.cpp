// SPDX-License-Identifier: Apache-2.0
// Which files of another user are read, and that the rest is left alone.
#include "os/owned_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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

/// A UNIX socket that listens, removed with the folder.
class Listening {
 public:
  explicit Listening(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* place = reinterpret_cast<const sockaddr*>(&address);
    is_listening_ =
        ::bind(socket_.number(), place, sizeof address) == 0 && ::listen(socket_.number(), 1) == 0;
  }
  [[nodiscard]] bool is_listening() const { return is_listening_; }

 private:
  FileDescriptor socket_;
  bool is_listening_ = false;
};

TEST_F(OwnedFileTest, ASocketIsTakenOfItsUserOnly) {
  const std::string path = folder_ / "socket";
  const Listening listening{path};
  ASSERT_TRUE(listening.is_listening());
  const auto own = open_owned_socket(path, ::getuid());
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_TRUE(own->is_open());
  const auto foreign = open_owned_socket(path, ::getuid() + 1);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::no_permission);
}

TEST_F(OwnedFileTest, ASocketThatWasGivenToAnotherUserIsRefused) {
  if (::getuid() != 0) GTEST_SKIP() << "only root may give files away";
  const std::string path = folder_ / "socket";
  const Listening listening{path};
  ASSERT_TRUE(listening.is_listening());
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  EXPECT_FALSE(open_owned_socket(path, 0));
  EXPECT_TRUE(open_owned_socket(path, 12345));
}

TEST_F(OwnedFileTest, WhatIsNoSocketOrLeadsToOneIsRefused) {
  const std::string path = folder_ / "socket";
  const Listening listening{path};
  ASSERT_TRUE(listening.is_listening());
  std::filesystem::create_symlink("socket", folder_ / "link");
  for (const auto* name : {"link", "outside", "top"}) {
    const auto opened = open_owned_socket(folder_ / name, ::getuid());
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().fault, Fault::invalid_data) << name;
  }
  const auto absent = open_owned_socket(folder_ / "absent", ::getuid());
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().fault, Fault::not_found);
}

}  // namespace
}  // namespace gander::os
