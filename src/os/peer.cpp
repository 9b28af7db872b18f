// SPDX-License-Identifier: Apache-2.0
// SO_PEERCRED, which only means something for UNIX sockets.
#include "os/peer.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "os/system_error.hpp"

namespace gander::os {

Result<Peer> find_peer(int socket) {
  int family = 0;
  socklen_t size = sizeof family;
  if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0) {
    return tl::make_unexpected(system_error("ask for the peer of", "a socket", errno));
  }
  if (family != AF_UNIX) return fail(Fault::not_supported, "only UNIX sockets know their peer");
  ucred facts{};
  size = sizeof facts;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &facts, &size) != 0) {
    return tl::make_unexpected(system_error("ask for the peer of", "a socket", errno));
  }
  return Peer{facts.pid, facts.uid};
}

}  // namespace gander::os
