// SPDX-License-Identifier: Apache-2.0
// Names of user ids. The user database may be on the network and not answer for seconds, so it is
// asked on a thread of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gander/known.hpp"
#include "os/root.hpp"

namespace gander::host {

/// User ids that may wait for the database at the same time; more are asked for at a later look.
inline constexpr std::size_t waiting_names_limit = 64;

/// Finds the name of a user id; nothing where there is none. May block; called on one other thread.
using FindUserName = std::function<std::optional<std::string>(std::uint32_t uid)>;

/// Where names come from.
struct UserDatabase {
  os::Root root;      ///< Whose /etc is asked.
  FindUserName find;  ///< Asked instead, where it is not null; may outlive who asks.
};

/// Remembers names, and for a minute that there is none. One thread at a time, except `is_asking`
/// and `has_news`. A thread that waits for the database is not waited for at the end: it ends by
/// itself, with what it uses.
class UserNames {
 public:
  /// Asks `find` on the other thread. Where it is null, the names on `/` are the system's: where
  /// its database looks into /etc/passwd first, so do we, at once, and ask it for the rest only. On
  /// another root there are the names of its own /etc/passwd and no others.
  explicit UserNames(const os::Root& root, FindUserName find = {});
  ~UserNames();
  UserNames(const UserNames&) = delete;
  UserNames& operator=(const UserNames&) = delete;

  /// Name of `uid` as far as it is known; `no_data` where nobody has that number, or where it is
  /// not known yet: then it is asked for. `now` is any clock that does not go back.
  Known<std::string> find(std::uint32_t uid, std::chrono::nanoseconds now);
  /// Waits until nothing is asked for any more, or `patience` has passed.
  void wait(std::chrono::milliseconds patience);
  /// Whether a name came since `take_news`.
  [[nodiscard]] bool has_news() const;
  /// Whether an answer came since the last call.
  bool take_news();
  [[nodiscard]] bool is_asking() const;

 private:
  struct State;
  [[nodiscard]] std::optional<std::string> find_in_file(std::uint32_t uid);

  os::Root root_;
  bool has_database_;                ///< Whether `find` is asked for what no file says.
  std::optional<bool> asks_file_{};  ///< Whether names may come from a file; found out when asked.
  std::shared_ptr<State> state_;
};

}  // namespace gander::host
