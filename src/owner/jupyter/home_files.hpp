// SPDX-License-Identifier: Apache-2.0
// The files in users' homes that are read of Jupyter: behind functions, because a home may lie on a
// network that hangs, and a test wants to see that.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "gander/result.hpp"
#include "os/root.hpp"
#include "owner/jupyter/connection_file.hpp"
#include "owner/jupyter/server_file.hpp"

namespace gander::owner::jupyter {

/// Called on threads that may wait, several at the same time; each may never come back, and outlive
/// who called.
struct HomeFiles {
  std::function<Result<ConnectionFacts>(const os::Root& root, std::string_view path,
                                        std::uint32_t uid)>
      read_connection = read_connection_file;
  std::function<Result<VerifiedServer>(const os::Root& root, std::string_view path,
                                       const ServerProcess& process)>
      open_server = jupyter::open_server;
};

}  // namespace gander::owner::jupyter
