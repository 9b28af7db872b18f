// SPDX-License-Identifier: Apache-2.0
// Any bytes as what Jupyter wrote or answered: server files, connection files, lists of sessions.
// What comes of a server file can be sent in a request as it is, and no message quotes the bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "owner/jupyter/connection_file.hpp"
#include "owner/jupyter/server_file.hpp"
#include "owner/jupyter/session_list.hpp"

namespace {

using namespace gander::owner::jupyter;
using gander::fuzz::is_one_line;
using gander::fuzz::require;

void check_server_file(std::string_view text) {
  const auto file = parse_server_file(text);
  if (!file) return require(is_one_line(file.error().message));
  require(file->pid > 0);
  require((file->port == 0) == file->socket.starts_with('/'));
  require(file->base_url.starts_with('/') && file->base_url.ends_with('/'));
  require(is_one_line(file->base_url) && file->base_url.find(' ') == std::string::npos);
  require(is_one_line(file->token.authorization().value));
  require(file->root_folder.empty() || file->root_folder.starts_with('/'));
}

void check_sessions(std::string_view text) {
  const auto sessions = parse_sessions(text);
  if (!sessions) return require(is_one_line(sessions.error().message));
  for (const Session& session : *sessions) require(!session.kernel_id.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_server_file(text);
  check_sessions(text);
  const auto facts = parse_connection_file(text);
  require(facts ? !facts->session || !facts->session->empty() : is_one_line(facts.error().message));
  const auto pid = find_server_pid(text);
  require(!pid || *pid > 0);
  return 0;
}
