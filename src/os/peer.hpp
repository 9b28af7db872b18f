// SPDX-License-Identifier: Apache-2.0
// Who holds the other end of a UNIX socket, as the kernel says.
#pragma once

#include <cstdint>

#include "gander/process.hpp"
#include "gander/result.hpp"

namespace gander::os {

/// The process that listened when the connection was made. It may have ended since.
struct Peer {
  Pid pid{};  ///< In our PID namespace; 0 where it has no number there.
  std::uint32_t uid{};
  friend bool operator==(const Peer&, const Peer&) = default;
};

/// Asks the kernel about a connected UNIX socket. Fails with not_supported for any other socket,
/// with operating_system for the rest.
Result<Peer> find_peer(int socket);

}  // namespace gander::os
