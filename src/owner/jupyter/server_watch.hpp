// SPDX-License-Identifier: Apache-2.0
// Keeps asking the Jupyter servers that somebody looks at, on threads of its own, and hands out
// what they said last. Must not know how a server is asked.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "os/clock.hpp"
#include "owner/jupyter/server_client.hpp"

namespace gander::owner::jupyter {

/// One run of a server; numbers are reused.
struct ServerKey {
  Pid pid{};
  double start_time{};  ///< Unix seconds.
  friend auto operator<=>(const ServerKey&, const ServerKey&) = default;
};
ServerKey key_of(const ServerProcess& process);

/// A server that owns a kernel somebody looks at.
struct WantedServer {
  VerifiedServer server;
  /// Another number where its kernels are others than before: then it is asked early.
  std::uint64_t kernels{};
};

/// A session, and who told us.
struct KnownSession {
  Session session;
  ServerKey server;
  std::string root_folder;  ///< What `session.path` is relative to; empty: unknown.
  double answered_at{};     ///< Unix seconds.
  friend bool operator==(const KnownSession&, const KnownSession&) = default;
};

/// How it goes with one server.
struct ServerState {
  std::optional<double> answered_at;  ///< Unix seconds of its last answer; nothing: never.
  /// Why it did not answer the last time; its sessions are those of `answered_at`. Nothing where it
  /// did.
  std::optional<NoAnswer> silence;
  friend bool operator==(const ServerState&, const ServerState&) = default;
};

/// What the wanted servers said last.
class SessionBoard {
 public:
  /// The session of a kernel whose process belongs to `uid`; null where there is none. Only servers
  /// of the same user count: a kernel id is no secret, and anybody's server may claim it. Of
  /// several sessions a notebook counts before others, and what was said last.
  [[nodiscard]] const KnownSession* find(std::uint32_t uid, std::string_view kernel_id) const;
  [[nodiscard]] const std::map<ServerKey, ServerState>& servers() const { return servers_; }
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  friend class ServerWatch;
  std::map<std::pair<std::uint32_t, std::string>, KnownSession> sessions_;
  std::map<ServerKey, ServerState> servers_;
};

/// Whether servers may be asked at all.
enum class Asking : std::uint8_t { off, on };

/// Asks each wanted server when it is new, 10 s after its last answer, early where its kernels
/// changed, and 60 s after a failure. Up to 32 are asked at the same time, so that one that hangs
/// costs its own time only. Asks nobody by itself: without `want` nothing happens, and where asking
/// is off there is no thread.
class ServerWatch {
 public:
  /// Called on threads of the watch, for different servers at the same time; returns soon once it
  /// is asked to stop, unless a file hangs: then it may outlive the watch, and owns what it uses.
  using Fetch = std::function<Answer(const VerifiedServer& server, const std::stop_token& stop)>;

  /// `clock` lives longer than the watch.
  ServerWatch(Fetch fetch, const os::Clock& clock, Asking asking);
  /// Ends what goes on, and waits for it for a moment: what hangs is left behind.
  ~ServerWatch();
  ServerWatch(const ServerWatch&) = delete;
  ServerWatch& operator=(const ServerWatch&) = delete;

  /// The servers wanted from now on; what is known of others is dropped. Returns at once. For every
  /// tick, from one thread.
  void want(const std::vector<WantedServer>& servers);
  /// What is known now; never null. Another pointer where anything changed. Any thread.
  [[nodiscard]] std::shared_ptr<const SessionBoard> latest() const;
  /// Waits until nobody is being asked, for a single look: true; false where `patience` (real
  /// time) passed before.
  bool wait(std::chrono::milliseconds patience);
  /// Whether anybody is being asked.
  [[nodiscard]] bool is_busy() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gander::owner::jupyter
