// SPDX-License-Identifier: Apache-2.0
// The only file that includes Boost. One exchange is one io_context with one deadline,
// driven by the caller's thread: each step is asynchronous inside and synchronous outside.
#include "http/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "http/tls_library.hpp"

namespace gander::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Code = boost::system::error_code;
using Socket =
    asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Message = beast::http::request<beast::http::empty_body>;
using Parser = beast::http::response_parser<beast::http::string_body>;

bool is_plain(std::string_view text, unsigned char lowest) {
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < lowest || code > 0x7e) return false;
  }
  return true;
}

/// Nothing that could end a line or the request early.
bool is_well_formed(const Request& request) {
  if (!request.path.starts_with('/') || !is_plain(request.path, 0x21)) return false;
  for (const Header& header : request.headers) {
    if (header.name.empty() || !is_plain(header.name, 0x21) ||
        header.name.find(':') != std::string::npos || !is_plain(header.value, 0x20)) {
      return false;
    }
  }
  return true;
}

Message make_message(const Request& request) {
  Message message{beast::http::verb::get, request.path, 11};
  message.set(beast::http::field::host, "localhost");
  message.set(beast::http::field::connection, "close");
  for (const Header& header : request.headers) message.set(header.name, header.value);
  return message;
}

asio::generic::stream_protocol::endpoint make_endpoint(const Target& target) {
  if (target.is_unix_socket()) return asio::local::stream_protocol::endpoint{target.place()};
  return asio::ip::tcp::endpoint{asio::ip::make_address(target.place()), target.port()};
}

Fault fault_of(const Code& code) {
  namespace errc = boost::system::errc;
  if (code == errc::connection_refused || code == errc::no_such_file_or_directory) {
    return Fault::not_found;
  }
  if (code == errc::permission_denied) return Fault::no_permission;
  const bool is_systems = code.category() == boost::system::system_category() ||
                          code.category() == boost::system::generic_category();
  // The rest comes from HTTP, TLS and streams that end early: the other side made no sense.
  return is_systems && code != errc::connection_reset && code != errc::broken_pipe
             ? Fault::operating_system
             : Fault::invalid_data;
}

/// One exchange from connecting to the last byte.
class Exchange {
 public:
  Exchange(const Target& target, const Limits& limits, const Hooks& hooks)
      : target_(target),
        limits_(limits),
        hooks_(hooks),
        deadline_(std::chrono::steady_clock::now() + limits.timeout) {}

  Result<Response> run(const Request& request) {
    // Stopping the context is the one call into it that another thread may make at any time.
    const std::stop_callback stop{hooks_.stop, [this] { context_.stop(); }};
    return connect().and_then([&]() -> Result<Response> {
      const auto message = make_message(request);
      return target_.tls() == Tls::off ? talk(socket_, message) : talk_secretly(message);
    });
  }

 private:
  /// Starts one operation and drives it to its end or to the deadline.
  template <class Start>
  Result<void> complete(std::string_view action, Start start) {
    std::optional<Code> outcome;
    start([&outcome](const Code& code, auto&&...) { outcome = code; });
    // A stop that came before the restart is not lost: it is asked for below.
    context_.restart();
    if (!hooks_.stop.stop_requested()) context_.run_until(deadline_);
    if (!outcome) {
      end();
      return fail(Fault::timed_out,
                  fmt::format("cannot {} {}: no answer in time", action, target_.name()));
    }
    if (!*outcome) return {};
    return fail(fault_of(*outcome),
                fmt::format("cannot {} {}: {}", action, target_.name(), outcome->message()));
  }

  /// Lets the handlers of what was cut off run, because they point into our frames. A second time,
  /// because a stop may cut the first one short; there is no third, a stop comes once.
  void end() {
    Code closed;
    closed = socket_.close(closed);  // Whatever comes of it, what was begun is cancelled.
    for (int round = 0; round < 2; ++round) {
      context_.restart();
      context_.run();
    }
  }

  Result<void> connect() {
    auto connected = complete("connect to", [this](auto done) {
      socket_.async_connect(make_endpoint(target_), std::move(done));
    });
    if (!connected || !hooks_.admit) return connected;
    return hooks_.admit(socket_.native_handle());
  }

  Result<Response> talk_secretly(const Message& message) {
    if (const auto loaded = load_tls_library(); !loaded) {
      return fail(Fault::no_library, fmt::format("cannot start TLS with {}: {}", target_.name(),
                                                 loaded.error().message));
    }
    asio::ssl::context tls{asio::ssl::context::tls_client};
    tls.set_verify_mode(asio::ssl::verify_none);
    asio::ssl::stream<Socket&> stream{socket_, tls};
    return complete("start TLS with",
                    [&](auto done) {
                      stream.async_handshake(asio::ssl::stream_base::client, std::move(done));
                    })
        .and_then([&] { return talk(stream, message); });
  }

  template <class Stream>
  Result<Response> talk(Stream& stream, const Message& message) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(limits_.header_bytes, std::numeric_limits<std::uint32_t>::max())));
    parser.body_limit(limits_.body_bytes);
    beast::flat_buffer buffer{limits_.header_bytes};
    return complete("ask",
                    [&](auto done) { beast::http::async_write(stream, message, std::move(done)); })
        .and_then([&] {
          return complete("read the answer of", [&](auto done) {
            beast::http::async_read(stream, buffer, parser, std::move(done));
          });
        })
        .map([&] { return take(parser); });
  }

  static Response take(Parser& parser) {
    auto message = parser.release();
    const auto type = message[beast::http::field::content_type];
    return {message.result_int(), std::string{type.data(), type.size()}, std::move(message.body())};
  }

  const Target& target_;
  const Limits& limits_;
  const Hooks& hooks_;
  const std::chrono::steady_clock::time_point deadline_;
  asio::io_context context_{1};
  Socket socket_{context_};
};

}  // namespace

Result<Response> get(const Target& target, const Request& request, const Limits& limits,
                     const Hooks& hooks) {
  if (!is_well_formed(request)) {
    return fail(Fault::usage, "cannot ask " + target.name() + ": the request is not plain text");
  }
  try {
    return Exchange{target, limits, hooks}.run(request);
  } catch (const std::exception& error) {
    return fail(Fault::operating_system,
                fmt::format("cannot ask {}: {}", target.name(), error.what()));
  }
}

}  // namespace gander::http
