// SPDX-License-Identifier: Apache-2.0
// Asks one Jupyter server for its sessions, after it was proven that the server itself listens.
// Must not remember anything and must not ask again by itself.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "os/root.hpp"
#include "owner/jupyter/server_file.hpp"
#include "owner/jupyter/session_list.hpp"

namespace gander::owner::jupyter {

/// Why a server has not answered with its sessions.
enum class Silence : std::uint8_t {
  not_asked,     ///< Its turn has not come.
  switched_off,  ///< We ask nobody.
  refused,       ///< 401, 403 or a way to a login page: it wants a password or another token.
  timed_out,     ///< No whole answer in time.
  not_proven,    ///< Not shown that the server itself listens there, so nothing was sent.
  elsewhere,     ///< It has another network than we, as in a container; nothing was sent.
  unreachable,   ///< It does not take connections.
  unusable,      ///< It answered with something else.
};
std::string_view name_of(Silence silence);

/// Why there is no answer, and a message of one line without any secret.
struct NoAnswer {
  Silence why{};
  std::string message;
  friend bool operator==(const NoAnswer&, const NoAnswer&) = default;
};
using Answer = tl::expected<std::vector<Session>, NoAnswer>;

/// Asks once, within 500 ms and 1 MiB, in a way that does not count as activity, so that no idle
/// server is kept alive by it. `root` is where the machine's /proc lies. Any thread; ends at once
/// when asked to stop.
Answer fetch_sessions(const os::Root& root, const VerifiedServer& server,
                      const std::stop_token& stop = {});

}  // namespace gander::owner::jupyter
