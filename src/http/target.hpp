// SPDX-License-Identifier: Apache-2.0
// Where an HTTP exchange may go: a UNIX socket or a loopback address, and by type nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gander/result.hpp"

namespace gander::http {

/// Whether bytes travel through TLS. The certificate is not verified: on loopback it is self-signed
/// as a rule, and a name in it would prove nothing. Who listens is proven by the kernel instead,
/// by the caller, before a byte is sent (`Hooks::admit`).
enum class Tls : std::uint8_t { off, unverified };

/// A place of this machine that can be connected to. There is none that leads elsewhere.
class Target {
 public:
  /// `address` is an IP address written in digits, in 127.0.0.0/8 or `::1`. Fails with `usage` for
  /// every other address, for names and for port 0; nothing is looked up.
  static Result<Target> loopback(std::string_view address, std::uint16_t port, Tls tls);
  /// `path` is absolute. Fails with `usage` where it is not, or longer than the system allows
  /// (107 bytes).
  static Result<Target> unix_socket(std::string_view path, Tls tls);

  [[nodiscard]] bool is_unix_socket() const { return port_ == 0; }
  /// The address in digits, or the path.
  [[nodiscard]] const std::string& place() const { return place_; }
  /// 0 for a UNIX socket.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Tls tls() const { return tls_; }
  /// In words for messages: `127.0.0.1 port 8888`, or the path.
  [[nodiscard]] std::string name() const;
  friend bool operator==(const Target&, const Target&) = default;

 private:
  Target(std::string_view place, std::uint16_t port, Tls tls)
      : place_(place), port_(port), tls_(tls) {}
  std::string place_;
  std::uint16_t port_{};
  Tls tls_{};
};

}  // namespace gander::http
