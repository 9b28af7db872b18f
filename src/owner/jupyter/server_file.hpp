// SPDX-License-Identifier: Apache-2.0
// What a running Jupyter server wrote about itself, believed only where the process table agrees.
// Never deletes or writes a file, and never believes a host name.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/process.hpp"
#include "gander/result.hpp"
#include "http/target.hpp"
#include "os/root.hpp"
#include "owner/jupyter/secret.hpp"

namespace gander::owner::jupyter {

/// What the command line of a process says about it.
enum class ServerRole : std::uint8_t { other, jupyter_server };

/// What the process table says about the process that a server file may be about.
struct ServerProcess {
  Pid pid{};      ///< In our PID namespace.
  Pid own_pid{};  ///< In its own: the last of NSpid. The number that it writes.
  std::uint32_t uid{};
  double start_time{};  ///< Unix seconds.
  ServerRole role{};
};

/// The content of a server file. Foreign text, in a form that is safe to send back to the server.
struct ServerFile {
  Pid pid{};             ///< In the PID namespace of the server.
  std::uint16_t port{};  ///< 0 where it listens on a UNIX socket.
  std::string socket;    ///< Path of the UNIX socket as the server sees it; empty: none.
  http::Tls tls{};
  std::string base_url;     ///< Begins and ends with `/`.
  std::string root_folder;  ///< Absolute; empty where the file does not say.
  Secret token;
};

/// The number in `jpserver-PID.json` and `nbserver-PID.json`; nothing for any other name.
std::optional<Pid> find_server_pid(std::string_view file_name);

/// Reads the text of a server file. Fails with invalid_data; no message holds a part of it.
Result<ServerFile> parse_server_file(std::string_view text);

/// A server whose file and process belong together. Made by `verify_server` only.
class VerifiedServer {
 public:
  [[nodiscard]] const ServerProcess& process() const { return process_; }
  [[nodiscard]] const ServerFile& file() const { return file_; }

 private:
  friend Result<VerifiedServer> verify_server(const ServerFile&, std::chrono::nanoseconds,
                                              const ServerProcess&);
  VerifiedServer(ServerProcess process, ServerFile file)
      : process_(process), file_(std::move(file)) {}
  ServerProcess process_;
  ServerFile file_;
};

/// Believes a file that was last changed at `modified` (since the epoch) and belongs to the user of
/// the process, which the caller saw to. Fails with not_found where the process is another one than
/// the file's: not a Jupyter server, another number, or started after the file was written.
Result<VerifiedServer> verify_server(const ServerFile& file, std::chrono::nanoseconds modified,
                                     const ServerProcess& process);

/// Reads and verifies the file at `path` below `root`: for a process whose root is not ours, the
/// root folder that /proc shows of it. Fails as `os::read_owned`, `parse_server_file` and
/// `verify_server` do.
Result<VerifiedServer> open_server(const os::Root& root, std::string_view path,
                                   const ServerProcess& process);

}  // namespace gander::owner::jupyter
