// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 GET to a program on this machine, within fixed limits. Hides the libraries that
// carry it; must not know what the bytes mean.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "gander/result.hpp"
#include "http/target.hpp"

namespace gander::http {

struct Header {
  std::string name;
  std::string value;
};

/// What is asked. `Host: localhost` and `Connection: close` are always sent.
struct Request {
  std::string path;  ///< With the query; begins with `/`.
  std::vector<Header> headers;
};

/// What an exchange may cost.
struct Limits {
  /// Connecting, handshake, sending and reading together, however the answer drips in.
  std::chrono::milliseconds timeout{500};
  std::size_t header_bytes = std::size_t{16} << 10U;
  std::size_t body_bytes = std::size_t{1} << 20U;
};

/// What a caller may do while an exchange goes on.
struct Hooks {
  /// Asked once, with the connected socket, before a byte is sent. An error ends the exchange and
  /// is its result. The socket stays the client's.
  std::function<Result<void>(int socket)> admit = {};
  /// Ends the exchange at once when asked to stop.
  std::stop_token stop = {};
};

/// An answer, whatever its status: redirects are answers and are not followed.
struct Response {
  unsigned status{};
  std::string content_type;  ///< Foreign text; empty where there is none.
  std::string body;          ///< Foreign bytes.
};

/// Asks once and waits for the whole answer; opens nothing that stays open. No variable of the
/// environment and no configuration of proxies is looked at. Any number of threads may ask at the
/// same time; no signal is raised where the other side hangs up.
///
/// Fails with timed_out after `limits.timeout` and where `hooks.stop` was asked for, not_found
/// where nobody listens, no_permission where we may not connect, usage for a request that is not
/// plain text on one line, invalid_data for an answer that is no HTTP, above the limits or cut
/// short, no_library where TLS is asked for and OpenSSL is not installed, operating_system for the
/// rest. No message holds a header of the request.
Result<Response> get(const Target& target, const Request& request, const Limits& limits = {},
                     const Hooks& hooks = {});

}  // namespace gander::http
