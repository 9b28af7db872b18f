// SPDX-License-Identifier: Apache-2.0
// Names of user ids, each looked up once: the user database may be slow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "gander/known.hpp"
#include "os/root.hpp"

namespace gander::host {

/// Remembers names, and that there is none. Not for several threads.
class UserNames {
 public:
  explicit UserNames(os::Root root) : root_(std::move(root)) {}
  /// Name of `uid`; `no_data` where nobody has that number. On a root other than `/` the names
  /// are those of its own /etc/passwd.
  Known<std::string> find(std::uint32_t uid);

 private:
  [[nodiscard]] std::optional<std::string> look_up(std::uint32_t uid) const;
  os::Root root_;
  std::unordered_map<std::uint32_t, Known<std::string>> names_;
};

}  // namespace gander::host
