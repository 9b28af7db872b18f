// SPDX-License-Identifier: Apache-2.0
// Refuses every place that is not this machine, before any socket is made.
#include "http/target.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace gander::http {
namespace {

bool is_loopback(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace

Result<Target> Target::loopback(std::string_view address, std::uint16_t port, Tls tls) {
  // A NUL would end the text early for the system, but not for whoever prints it.
  if (address.find('\0') != std::string_view::npos || !is_loopback(std::string{address})) {
    return fail(Fault::usage, "cannot connect: the address is not a loopback address");
  }
  if (port == 0) return fail(Fault::usage, "cannot connect: there is no port 0");
  return Target{address, port, tls};
}

Result<Target> Target::unix_socket(std::string_view path, Tls tls) {
  if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) {
    return fail(Fault::usage, "cannot connect: the path of the socket is not absolute");
  }
  if (path.size() >= sizeof sockaddr_un::sun_path) {
    return fail(Fault::usage, "cannot connect: the path of the socket is too long");
  }
  return Target{path, 0, tls};
}

std::string Target::name() const {
  return is_unix_socket() ? place_ : fmt::format("{} port {}", place_, port_);
}

}  // namespace gander::http
