// SPDX-License-Identifier: Apache-2.0
// Whether a Jupyter server itself listens where its file says, by the kernel's own tables: before a
// token goes there. Knows nothing of tokens and makes no connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "os/peer.hpp"
#include "os/root.hpp"
#include "owner/jupyter/server_file.hpp"

namespace gander::owner::jupyter {

/// A listening TCP socket of the server that a connection to `address` reaches, and no other.
struct Listener {
  std::string address;  ///< A loopback address in digits.
  std::uint64_t inode{};
  friend bool operator==(const Listener&, const Listener&) = default;
};

/// Finds the socket of `process` that listens on `port` of a loopback address. Every socket that
/// such a connection could reach has to be the process's own and its user's. Costs the
/// network tables and up to all file descriptors of the process.
///
/// Fails with not_supported where the process has another network than we, with not_found where it
/// does not listen there, with no_permission where we may not look or somebody else listens.
Result<Listener> prove_listener(const os::Root& root, const ServerProcess& process,
                                std::uint16_t port);

/// Proves it once more, after connecting to what `prove_listener` gave `before`. The same result
/// tells of the connection too: an inode is not given twice while its socket lives, and a port is
/// not taken while somebody listens. Fails as `prove_listener` does, and with no_permission where
/// the socket is another one by now.
Result<void> confirm_listener(const os::Root& root, const ServerProcess& process,
                              std::uint16_t port, const Listener& before);

/// Whether `peer`, who answers on the UNIX socket `path` (as the server sees it), is the process:
/// by its number, or, where another process of it made the socket, because the process holds the
/// socket that the kernel lists under this path. Always of its user. Fails with no_permission.
Result<void> prove_peer(const os::Root& root, const ServerProcess& process, const os::Peer& peer,
                        std::string_view path);

}  // namespace gander::owner::jupyter
