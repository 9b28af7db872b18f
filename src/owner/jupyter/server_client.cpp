// SPDX-License-Identifier: Apache-2.0
// The order of things is the point: prove, connect, prove again on the connected socket, and only
// then send the token.
#include "owner/jupyter/server_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "http/client.hpp"
#include "os/owned_file.hpp"
#include "os/peer.hpp"
#include "owner/jupyter/listener_proof.hpp"

namespace gander::owner::jupyter {
namespace {

constexpr http::Limits limits{};
static_assert(limits.timeout == std::chrono::milliseconds{500});
static_assert(limits.body_bytes == std::size_t{1} << 20U);

/// A place, and what has to hold of a socket that is connected to it.
struct Way {
  http::Target target;
  std::function<Result<void>(int socket)> admit;
};

/// The path of the server's UNIX socket as we see it.
std::string find_socket_path(const os::Root& root, const VerifiedServer& server) {
  const Pid pid = server.process().pid;
  const auto ours = root.read_link("/proc/self/ns/mnt");
  const auto theirs = root.read_link(fmt::format("/proc/{}/ns/mnt", pid));
  // Where we may not know, what answers under the path still has to be the server.
  if (!ours || !theirs || *ours == *theirs) return server.file().socket;
  return fmt::format("/proc/{}/root{}", pid, server.file().socket);
}

/// Even connecting may do something to who listens, so the file has to be the server's user's own
/// before, and the connection goes to that very file.
Result<Way> find_socket_way(const os::Root& root, const VerifiedServer& server) {
  auto opened = os::open_owned_socket(find_socket_path(root, server), server.process().uid);
  if (!opened) return tl::make_unexpected(opened.error());
  const auto handle = std::make_shared<const os::FileDescriptor>(std::move(*opened));
  return http::Target::unix_socket(fmt::format("/proc/self/fd/{}", handle->number()),
                                   server.file().tls)
      .map([&](http::Target target) {
        return Way{std::move(target), [&root, &server, handle](int socket) {
                     return os::find_peer(socket).and_then([&](const os::Peer& peer) {
                       return prove_peer(root, server.process(), peer, server.file().socket);
                     });
                   }};
      });
}

Result<Way> find_port_way(const os::Root& root, const VerifiedServer& server) {
  const auto port = server.file().port;
  const auto before = prove_listener(root, server.process(), port);
  if (!before) return tl::make_unexpected(before.error());
  return http::Target::loopback(before->address, port, server.file().tls)
      .map([&](http::Target target) {
        return Way{std::move(target), [&root, &server, port, before = *before](int) {
                     return confirm_listener(root, server.process(), port, before);
                   }};
      });
}

NoAnswer not_proven(const Error& error) {
  const bool is_elsewhere = error.fault == Fault::not_supported;
  return {is_elsewhere ? Silence::elsewhere : Silence::not_proven, error.message};
}

Silence silence_of(Fault fault) {
  switch (fault) {
    case Fault::timed_out:
      return Silence::timed_out;
    case Fault::not_found:
    case Fault::no_permission:
    case Fault::operating_system:
    case Fault::no_library:  // without OpenSSL there is no way to a server with TLS
      return Silence::unreachable;
    default:
      return Silence::unusable;
  }
}

/// Whether the server wants somebody to log in first.
bool is_refusal(unsigned status) {
  constexpr std::array refusals{301U, 302U, 303U, 307U, 308U, 401U, 403U};
  return std::find(refusals.begin(), refusals.end(), status) != refusals.end();
}

Answer read_answer(const http::Response& response, Pid pid) {
  if (is_refusal(response.status)) {
    return tl::make_unexpected(NoAnswer{
        Silence::refused,
        fmt::format("the Jupyter server {} does not let us in ({})", pid, response.status)});
  }
  if (response.status != 200) {
    return tl::make_unexpected(NoAnswer{
        Silence::unusable,
        fmt::format("the Jupyter server {} answered with status {}", pid, response.status)});
  }
  return parse_sessions(response.body).map_error([](const Error& error) {
    return NoAnswer{Silence::unusable, error.message};
  });
}

}  // namespace

std::string_view name_of(Silence silence) {
  switch (silence) {
    case Silence::not_asked:
      return "not_asked";
    case Silence::switched_off:
      return "switched_off";
    case Silence::refused:
      return "refused";
    case Silence::timed_out:
      return "timed_out";
    case Silence::not_proven:
      return "not_proven";
    case Silence::elsewhere:
      return "elsewhere";
    case Silence::unreachable:
      return "unreachable";
    case Silence::unusable:
      return "unusable";
  }
  return "unusable";
}

Answer fetch_sessions(const os::Root& root, const VerifiedServer& server,
                      const std::stop_token& stop) {
  const ServerFile& file = server.file();
  const auto way =
      file.socket.empty() ? find_port_way(root, server) : find_socket_way(root, server);
  if (!way) return tl::make_unexpected(not_proven(way.error()));
  http::Request request{file.base_url + "api/sessions?no_track_activity=1", {}};
  if (!file.token.is_empty()) request.headers.push_back(file.token.authorization());
  std::optional<Error> refusal;
  const http::Hooks hooks{[&](int socket) {
                            return way->admit(socket).map_error([&](Error error) {
                              refusal = error;
                              return error;
                            });
                          },
                          stop};
  const auto response = http::get(way->target, request, limits, hooks);
  for (http::Header& header : request.headers) wipe(header.value);
  if (refusal) return tl::make_unexpected(not_proven(*refusal));
  if (!response) {
    return tl::make_unexpected(
        NoAnswer{silence_of(response.error().fault), response.error().message});
  }
  return read_answer(*response, server.process().pid);
}

}  // namespace gander::owner::jupyter
