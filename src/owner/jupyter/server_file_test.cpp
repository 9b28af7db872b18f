// SPDX-License-Identifier: Apache-2.0
// Which server files are believed, and what of them.
#include "owner/jupyter/server_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/fake_proc.hpp"

namespace gander::owner::jupyter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string lab_file = R"({"base_url": "/user/alice/", "hostname": "localhost",
  "password": false, "pid": 4100, "port": 8889, "root_dir": "/home/alice/work", "secure": true,
  "sock": "", "token": "s3cret", "url": "https://gpu1:8889/user/alice/", "version": "2.14.0"})";

/// A file with one field of our own beside those that are needed.
std::string file_with(const std::string& field) {
  return R"({"pid": 7, "port": 80, "base_url": "/", )" + field + "}";
}

ServerProcess process() { return {4100, 4100, ::getuid(), 1000.0, ServerRole::jupyter_server}; }

constexpr std::chrono::seconds written{1002};

TEST(ServerFileName, IsAnchored) {
  EXPECT_EQ(find_server_pid("jpserver-4100.json"), 4100);
  EXPECT_EQ(find_server_pid("nbserver-1.json"), 1);
  for (const char* name :
       {"jpserver-.json", "jpserver-4100-open.html", "jpserver-4100.json.bak", "xjpserver-1.json",
        "jpserver-+1.json", "jpserver--1.json", "jpserver-0.json", "jpserver-01.json",
        "jpserver-1a.json", "jpserver-99999999999999999999.json", "kernel-1.json", "",
        "jpserver-1.json\n", "jpserver-1 .json", "jpserver-.json.json"}) {
    EXPECT_EQ(find_server_pid(name), std::nullopt) << name;
  }
}

TEST(ServerFile, ReadsWhatJupyterServerWrites) {
  const auto file = parse_server_file(lab_file);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->pid, 4100);
  EXPECT_EQ(file->port, 8889);
  EXPECT_EQ(file->socket, "");
  EXPECT_EQ(file->tls, http::Tls::unverified);
  EXPECT_EQ(file->base_url, "/user/alice/");
  EXPECT_EQ(file->root_folder, "/home/alice/work");
  EXPECT_EQ(file->token.authorization().value, "token s3cret");
}

TEST(ServerFile, ReadsWhatNotebook6Writes) {
  const auto file = parse_server_file(R"({"base_url": "/", "notebook_dir": "/srv", "pid": 9,
    "port": 8888, "secure": false, "sock": null, "token": ""})");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->root_folder, "/srv");
  EXPECT_EQ(file->tls, http::Tls::off);
  EXPECT_TRUE(file->token.is_empty());
}

TEST(ServerFile, ReadsAUnixSocketInsteadOfThePort) {
  const auto file = parse_server_file(
      R"({"base_url": "/", "pid": 9, "port": 0, "sock": "/run/user/1000/jupyter.sock"})");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->socket, "/run/user/1000/jupyter.sock");
  EXPECT_EQ(file->port, 0);
}

TEST(ServerFile, EndsTheBaseUrlWithASlash) {
  EXPECT_EQ(parse_server_file(R"({"base_url": "/a", "pid": 9, "port": 1})")->base_url, "/a/");
}

TEST(ServerFile, RefusesWhatCannotBeUsedAndQuotesNothing) {
  for (const std::string& text : {
           std::string{""},
           std::string{"s3cret"},
           std::string{"[\"s3cret\"]"},
           std::string{R"({"token": "s3cret"})"},
           file_with(R"("pid": 0, "token": "s3cret")"),
           file_with(R"("pid": "7", "token": "s3cret")"),
           file_with(R"("port": 0, "token": "s3cret")"),
           file_with(R"("port": 65536, "token": "s3cret")"),
           file_with(R"("port": -80, "token": "s3cret")"),
           file_with(R"("sock": "relative", "token": "s3cret")"),
           file_with(R"("sock": 7, "token": "s3cret")"),
           file_with(R"("sock": "/a\u0000b", "token": "s3cret")"),
           file_with(R"("sock": "/a\u001b[2J", "token": "s3cret")"),
           file_with(R"("base_url": "http://192.0.2.1/", "token": "s3cret")"),
           file_with(R"("base_url": "/ HTTP/1.1\r\nX: ", "token": "s3cret")"),
           file_with(R"("base_url": "/a?b", "token": "s3cret")"),
           file_with(R"("base_url": "/\u00e4", "token": "s3cret")"),
           file_with(R"("base_url": 7, "token": "s3cret")"),
           file_with(R"("token": "s3cret\r\nX: y")"),
           file_with(R"("token": ["s3cret"])"),
       }) {
    const auto file = parse_server_file(text);
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().fault, Fault::invalid_data);
    EXPECT_THAT(file.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(VerifiedServer, NeedsAProcessThatFits) {
  const auto file = parse_server_file(lab_file);
  EXPECT_TRUE(verify_server(*file, written, process()));
  auto other_number = process();
  other_number.own_pid = 4101;
  auto no_server = process();
  no_server.role = ServerRole::other;
  auto recycled = process();
  recycled.start_time = 1010;
  for (const auto& wrong : {other_number, no_server, recycled}) {
    const auto server = verify_server(*file, written, wrong);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().fault, Fault::not_found);
    EXPECT_THAT(server.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(VerifiedServer, KnowsItsFileByTheNumberInItsOwnNamespace) {
  const auto file = parse_server_file(lab_file);
  auto in_container = process();
  in_container.pid = 77000;
  EXPECT_TRUE(verify_server(*file, written, in_container));
  std::swap(in_container.pid, in_container.own_pid);
  EXPECT_FALSE(verify_server(*file, written, in_container));
}

TEST(VerifiedServer, ToleratesWhatClocksAreCorrected) {
  const auto file = parse_server_file(lab_file);
  auto just_started = process();
  just_started.start_time = 1003;
  EXPECT_TRUE(verify_server(*file, written, just_started));
}

class OpenServerTest : public ::testing::Test {
 protected:
  void write(const std::string& text, std::chrono::seconds modified = written) {
    files_.write(path_, text);
    const timespec times[2] = {{modified.count(), 0}, {modified.count(), 0}};
    const auto name = files_.folder() / path_.substr(1);
    ASSERT_EQ(::utimensat(AT_FDCWD, name.c_str(), times, 0), 0);
  }
  [[nodiscard]] Result<VerifiedServer> open(const ServerProcess& about) const {
    return open_server(files_.root(), path_, about);
  }
  host::FakeProc files_;
  std::string path_ = "/run/jpserver-4100.json";
};

TEST_F(OpenServerTest, ReadsAndVerifies) {
  write(lab_file);
  const auto server = open(process());
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(server->file().port, 8889);
  EXPECT_EQ(server->process().pid, 4100);
}

TEST_F(OpenServerTest, IgnoresFilesThatAreNotThisProcessesAndDeletesNone) {
  write(lab_file);
  auto of_other = process();
  of_other.uid += 1;
  EXPECT_EQ(open(of_other).error().fault, Fault::no_permission);
  auto recycled = process();
  recycled.start_time = 5000;
  EXPECT_EQ(open(recycled).error().fault, Fault::not_found);
  auto with_other_number = process();
  with_other_number.own_pid = 4101;
  EXPECT_EQ(open(with_other_number).error().fault, Fault::not_found);
  write("{");
  EXPECT_EQ(open(process()).error().fault, Fault::invalid_data);
  EXPECT_TRUE(files_.root().exists(path_));
}

TEST_F(OpenServerTest, TakesNoLinkAndNothingLarge) {
  write(lab_file + std::string(std::size_t{64} << 10U, ' '));
  EXPECT_EQ(open(process()).error().fault, Fault::invalid_data);
  write(lab_file);
  const auto name = files_.folder() / path_.substr(1);
  std::filesystem::rename(name, name.string() + ".real");
  std::filesystem::create_symlink("jpserver-4100.json.real", name);
  EXPECT_EQ(open(process()).error().fault, Fault::invalid_data);
}

}  // namespace
}  // namespace gander::owner::jupyter
