// SPDX-License-Identifier: Apache-2.0
// The answer of a Jupyter server about its sessions: a pure function of text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"

namespace gander::owner::jupyter {

/// One session: a document or console with the kernel it uses. Foreign text throughout, as the
/// server gave it; what the server left out is empty.
struct Session {
  std::string id;
  std::string path;  ///< Below the server's root folder; may carry a drive prefix.
  std::string name;
  std::string type;       ///< `notebook`, `console`, `file` …
  std::string kernel_id;  ///< Never empty.
  std::string kernel_name;
  std::string execution_state;          ///< `idle`, `busy`, `starting` … as the server last heard.
  std::optional<double> last_activity;  ///< Unix seconds.
  std::optional<std::uint64_t> connections;  ///< Open clients.
  friend bool operator==(const Session&, const Session&) = default;
};

/// Reads the body of `api/sessions`. Elements without a kernel id are left out, and so are fields
/// of another type than expected. Fails with invalid_data where the text is no JSON array of
/// objects; no message holds a part of it.
Result<std::vector<Session>> parse_sessions(std::string_view text);

}  // namespace gander::owner::jupyter
