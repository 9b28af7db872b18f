// SPDX-License-Identifier: Apache-2.0
// The client against servers of a few lines that behave well, badly, or not at all.
#include "http/client.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "os/file_descriptor.hpp"

namespace gander::http {
namespace {

using os::FileDescriptor;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::seconds patient{60};
/// For exchanges that are meant to run into their deadline.
constexpr std::chrono::milliseconds hasty{60};

void send_text(int socket, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Whether the other side has hung up within `wait`.
bool is_hung_up(int socket, std::chrono::milliseconds wait) {
  pollfd entry{socket, POLLRDHUP, 0};
  return ::poll(&entry, 1, static_cast<int>(wait.count())) > 0;
}

std::string read_request(int socket) {
  std::string text;
  char byte{};
  while (!text.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) text += byte;
  return text;
}

/// Listens on loopback; `serve` gets the first connection, on a thread.
class Server {
 public:
  using Serve = std::function<void(int socket)>;

  /// Never accepts: the kernel completes the connection, and nobody answers.
  Server() {
    listener_ = FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_.number(), 4);
    socklen_t size = sizeof address;
    ::getsockname(listener_.number(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  explicit Server(Serve serve) : Server() {
    thread_ = std::thread([this, serve = std::move(serve)] {
      const FileDescriptor socket{::accept(listener_.number(), nullptr, nullptr)};
      if (!socket.is_open()) return;
      ++accepted_;
      request_ = read_request(socket.number());
      serve(socket.number());
      ::shutdown(socket.number(), SHUT_WR);
      is_hung_up(socket.number(), patient);
    });
  }
  /// Answers the first request with this text, and hangs up.
  explicit Server(std::string answer)
      : Server(Serve{[answer = std::move(answer)](int socket) { send_text(socket, answer); }}) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { finish(); }

  void finish() {
    ::shutdown(listener_.number(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Target target() const { return *Target::loopback("127.0.0.1", port_, Tls::off); }
  /// After `finish`.
  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] int accepted() const { return accepted_; }

 private:
  FileDescriptor listener_;
  std::uint16_t port_{};
  std::thread thread_;
  std::string request_;
  std::atomic<int> accepted_{0};
};

Result<Response> ask(const Server& server, std::chrono::milliseconds timeout = patient) {
  return get(server.target(), {"/api", {{"Authorization", "token s3cret"}}}, {timeout, 1024, 4096});
}

std::string answer_of(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

TEST(Client, SendsOneRequestAndGivesTheAnswer) {
  Server server{answer_of("[1]")};
  const auto response = ask(server);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->content_type, "application/json");
  EXPECT_EQ(response->body, "[1]");
  server.finish();
  EXPECT_THAT(server.request(), ::testing::StartsWith("GET /api HTTP/1.1\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("Host: localhost\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(server.request(), HasSubstr("Authorization: token s3cret\r\n"));
}

TEST(Client, ReadsChunksAndBodiesThatEndWithTheConnection) {
  Server chunked{
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n3\r\n,2]\r\n0\r\n\r\n"};
  EXPECT_EQ(ask(chunked)->body, "[1,2]");
  Server closing{"HTTP/1.0 200 OK\r\n\r\n[3]"};
  EXPECT_EQ(ask(closing)->body, "[3]");
}

TEST(Client, GivesARedirectAsItIsAndGoesNowhere) {
  Server other{answer_of("[]")};
  Server server{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + std::to_string(other.port()) +
                "/\r\nContent-Length: 0\r\n\r\n"};
  EXPECT_EQ(ask(server)->status, 302U);
  other.finish();
  EXPECT_EQ(other.accepted(), 0);
}

TEST(Client, LooksAtNoProxyVariable) {
  Server proxy{answer_of("[]")};
  const auto url = "http://127.0.0.1:" + std::to_string(proxy.port());
  ::setenv("http_proxy", url.c_str(), 1);
  Server server{answer_of("[4]")};
  const auto response = ask(server);
  ::unsetenv("http_proxy");
  EXPECT_EQ(response->body, "[4]");
  proxy.finish();
  EXPECT_EQ(proxy.accepted(), 0);
}

TEST(Client, GivesUpOnOneWhoNeverAnswers) {
  const Server hung;
  const auto response = ask(hung, hasty);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::timed_out);
  EXPECT_THAT(response.error().message, Not(HasSubstr("s3cret")));
}

TEST(Client, GivesUpOnOneWhoDrips) {
  Server dripping{Server::Serve{[](int socket) {
    send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n");
    while (!is_hung_up(socket, std::chrono::milliseconds{5})) send_text(socket, "x");
  }}};
  EXPECT_EQ(ask(dripping, hasty).error().fault, Fault::timed_out);
}

TEST(Client, RefusesABodyAboveTheLimitHoweverItIsAnnounced) {
  Server announced{"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n["};
  EXPECT_EQ(ask(announced).error().fault, Fault::invalid_data);
  Server silent{"HTTP/1.1 200 OK\r\n\r\n" + std::string(5000, 'x')};
  EXPECT_EQ(ask(silent).error().fault, Fault::invalid_data);
  Server chunked{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" +
                 std::string(5000, 'x') + "\r\n0\r\n\r\n"};
  EXPECT_EQ(ask(chunked).error().fault, Fault::invalid_data);
  Server exact{answer_of(std::string(4096, 'x'))};
  EXPECT_EQ(ask(exact)->body.size(), 4096U);
}

TEST(Client, RefusesHeadersAboveTheLimit) {
  Server server{"HTTP/1.1 200 OK\r\nX-Long: " + std::string(2000, 'x') + "\r\n\r\n"};
  EXPECT_EQ(ask(server).error().fault, Fault::invalid_data);
}

TEST(Client, RefusesWhatIsNotAWholeAnswer) {
  for (const char* text :
       {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 banana\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    Server server{text};
    const auto response = ask(server);
    ASSERT_FALSE(response) << text;
    EXPECT_EQ(response.error().fault, Fault::invalid_data) << response.error().message;
  }
}

TEST(Client, FindsNobodyWhereNobodyListens) {
  std::optional<Server> server{std::in_place};
  const auto target = server->target();
  server.reset();
  EXPECT_EQ(get(target, {"/", {}}).error().fault, Fault::not_found);
  const auto socket = Target::unix_socket("/no/such/socket", Tls::off);
  EXPECT_EQ(get(*socket, {"/", {}}).error().fault, Fault::not_found);
}

TEST(Client, EndsAsAnErrorWhereTheOtherSideDoesNotSpeakTls) {
  Server server{"HTTP/1.1 400 Bad Request\r\n\r\n"};
  const auto target = Target::loopback("127.0.0.1", server.port(), Tls::unverified);
  // The server waits for the end of a request that never comes: TLS does not look like one.
  EXPECT_FALSE(get(*target, {"/", {}}, {hasty}));
}

TEST(Client, SendsNothingBeforeTheCallerAdmitsTheSocket) {
  Server server{answer_of("[]")};
  int seen = -1;
  const Hooks hooks{[&](int socket) -> Result<void> {
    seen = socket;
    return fail(Fault::no_permission, "not the one");
  }};
  const auto response = get(server.target(), {"/", {}}, {patient}, hooks);
  EXPECT_GE(seen, 0);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), (Error{Fault::no_permission, "not the one"}));
  server.finish();
  EXPECT_EQ(server.request(), "");
}

TEST(Client, EndsAtOnceWhenAskedToStop) {
  std::stop_source stop;
  Server server{Server::Serve{[&](int socket) {
    stop.request_stop();
    is_hung_up(socket, patient);
  }}};
  const auto response = get(server.target(), {"/", {}}, {patient}, {{}, stop.get_token()});
  EXPECT_EQ(response.error().fault, Fault::timed_out);
  // One that was stopped before it began does not begin.
  EXPECT_EQ(get(server.target(), {"/", {}}, {patient}, {{}, stop.get_token()}).error().fault,
            Fault::timed_out);
}

TEST(Client, RefusesARequestThatCouldBecomeTwo) {
  const Server hung;
  for (const char* path : {"", "api", "/a b", "/a\r\nX: y", "/\x7f", "/\xc3\xa4"}) {
    EXPECT_EQ(get(hung.target(), {path, {}}, {hasty}).error().fault, Fault::usage) << path;
  }
  for (const Header& header : {Header{"A", "b\r\nC: d"}, Header{"A:", "b"}, Header{"", "b"},
                               Header{"A", std::string{"\0", 1}}, Header{"A\n", "b"}}) {
    EXPECT_EQ(get(hung.target(), {"/", {header}}, {hasty}).error().fault, Fault::usage);
  }
}

TEST(Client, SurvivesOneWhoHangsUpWithoutASignal) {
  // The default action of SIGPIPE would end this test.
  ASSERT_NE(::signal(SIGPIPE, SIG_DFL), SIG_ERR);
  Server server;
  const Hooks hooks{[&](int socket) -> Result<void> {
    ::shutdown(socket, SHUT_RDWR);
    return {};
  }};
  EXPECT_FALSE(get(server.target(), {"/", {}}, {patient}, hooks));
}

TEST(Client, TalksThroughAUnixSocketAndShowsWhoListens) {
  std::string folder = ::testing::TempDir() + "gander_http_XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/s";
  const FileDescriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  std::thread thread{[&] {
    const FileDescriptor socket{::accept(listener.number(), nullptr, nullptr)};
    read_request(socket.number());
    send_text(socket.number(), answer_of("[5]"));
  }};
  ucred peer{};
  const Hooks hooks{[&](int socket) -> Result<void> {
    socklen_t size = sizeof peer;
    ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    return {};
  }};
  const auto response = get(*Target::unix_socket(path, Tls::off), {"/", {}}, {patient}, hooks);
  thread.join();
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "[5]");
  EXPECT_EQ(peer.pid, ::getpid());
  EXPECT_EQ(peer.uid, ::getuid());
}

}  // namespace
}  // namespace gander::http
