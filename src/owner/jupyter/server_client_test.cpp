// SPDX-License-Identifier: Apache-2.0
// Asking a server that is this very process, and one that only says so.
#include "owner/jupyter/server_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "os/file_descriptor.hpp"

namespace gander::owner::jupyter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Listens on loopback in this process; answers one request.
class LocalServer {
 public:
  LocalServer() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_.number(), 4);
    socklen_t size = sizeof address;
    ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  ~LocalServer() { finish(); }

  void answer(const std::string& status, const std::string& body) {
    thread_ = std::thread([this, text = fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}",
                                                    status, body.size(), body)] {
      const os::FileDescriptor socket{::accept(listener_.number(), nullptr, nullptr)};
      char byte{};
      while (!request_.ends_with("\r\n\r\n") && ::recv(socket.number(), &byte, 1, 0) == 1) {
        request_ += byte;
      }
      ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
    });
  }
  void finish() {
    ::shutdown(listener_.number(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  /// After `finish`.
  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] VerifiedServer described_as(const ServerProcess& process,
                                            const std::string& token) const {
    const auto file = parse_server_file(fmt::format(
        R"({{"pid": {}, "port": {}, "base_url": "/user/a", "token": "{}",
             "url": "http://192.0.2.1:80/", "hostname": "192.0.2.1"}})",
        process.own_pid, port_, token));
    return verify_server(*file, std::chrono::seconds{2000}, process).value();
  }

 private:
  os::FileDescriptor listener_;
  std::uint16_t port_{};
  std::thread thread_;
  std::string request_;
};

ServerProcess ourselves() {
  return {::getpid(), ::getpid(), ::getuid(), 1000.0, ServerRole::jupyter_server};
}

TEST(ServerClient, AsksWithoutBeingCountedAndShowsTheToken) {
  LocalServer server;
  server.answer("200 OK", R"([{"path": "a.ipynb", "kernel": {"id": "k1"}}])");
  const auto answer = fetch_sessions(os::Root{}, server.described_as(ourselves(), "s3cret"));
  server.finish();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->front().path, "a.ipynb");
  EXPECT_THAT(server.request(), HasSubstr("GET /user/a/api/sessions?no_track_activity=1 HTTP"));
  EXPECT_THAT(server.request(), HasSubstr("\r\nAuthorization: token s3cret\r\n"));
}

TEST(ServerClient, SendsNoHeaderForAnEmptyToken) {
  LocalServer server;
  server.answer("200 OK", "[]");
  EXPECT_TRUE(fetch_sessions(os::Root{}, server.described_as(ourselves(), "")));
  server.finish();
  EXPECT_THAT(server.request(), Not(HasSubstr("Authorization")));
}

TEST(ServerClient, TellsRefusalsFromNonsense) {
  const std::vector<std::pair<std::string, Silence>> statuses{
      {"403 Forbidden", Silence::refused},  {"401 Unauthorized", Silence::refused},
      {"302 Found", Silence::refused},      {"500 Internal", Silence::unusable},
      {"404 Not Found", Silence::unusable}, {"204 No Content", Silence::unusable},
      {"200 OK", Silence::unusable}};
  for (const auto& [status, why] : statuses) {
    LocalServer server;
    server.answer(status, "<html>");
    const auto answer = fetch_sessions(os::Root{}, server.described_as(ourselves(), "s3cret"));
    ASSERT_FALSE(answer) << status;
    EXPECT_EQ(answer.error().why, why) << status;
    EXPECT_THAT(answer.error().message, Not(HasSubstr("s3cret")));
  }
}

TEST(ServerClient, SendsNothingWhereAnotherProcessListens) {
  LocalServer server;
  server.answer("200 OK", "[]");
  auto parent = ourselves();
  parent.pid = parent.own_pid = ::getppid();
  const auto answer = fetch_sessions(os::Root{}, server.described_as(parent, "s3cret"));
  server.finish();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().why, Silence::not_proven);
  EXPECT_EQ(server.request(), "");
}

TEST(ServerClient, SendsNothingWhereNobodyListens) {
  LocalServer server;
  const auto described = server.described_as(ourselves(), "s3cret");
  server.finish();
  const auto answer = fetch_sessions(os::Root{}, described);
  EXPECT_EQ(answer.error().why, Silence::not_proven);
}

TEST(ServerClient, EveryReasonHasAName) {
  for (const auto silence :
       {Silence::not_asked, Silence::switched_off, Silence::refused, Silence::timed_out,
        Silence::not_proven, Silence::elsewhere, Silence::unreachable, Silence::unusable}) {
    EXPECT_FALSE(name_of(silence).empty());
  }
}

}  // namespace
}  // namespace gander::owner::jupyter
