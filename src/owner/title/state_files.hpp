// SPDX-License-Identifier: Apache-2.0
// The files in which programs of this machine keep what they run: small regular files and short
// folders on local file systems, and nothing else. Must not know whose files they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/known.hpp"
#include "gander/result.hpp"
#include "os/mounts.hpp"
#include "os/root.hpp"

namespace gander::owner {

/// Looks below a root folder. What lies on the network is not even touched: links are followed here
/// and not by the system, so that none leads there. For a thread that may wait all the same.
class StateFiles {
 public:
  /// Reads the mounts of this moment.
  explicit StateFiles(const os::Root& root);

  /// The whole file, at most `limit` bytes; of the user `uid`, if one is given. Fails with
  /// not_found, no_permission, invalid_data (no regular file, or too large), not_supported (on the
  /// network) or operating_system.
  [[nodiscard]] Result<std::string> read(std::string_view path, std::size_t limit,
                                         std::optional<std::uint32_t> uid = std::nullopt) const;
  /// The first `limit` names in a folder, in no order. Fails alike.
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path,
                                                      std::size_t limit) const;
  [[nodiscard]] const os::Root& root() const { return root_; }

 private:
  [[nodiscard]] Result<std::string> follow(std::string_view path) const;

  os::Root root_;
  os::Mounts mounts_;
};

/// The reason that a view shows where a file could not be read.
Missing reason_of(const Error& error);

/// The worse of two reasons: that a file exists and may not be read says more than that another is
/// not there.
Missing worse(Missing one, Missing other);

}  // namespace gander::owner
