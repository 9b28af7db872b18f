// SPDX-License-Identifier: Apache-2.0
// Which file system a path lies on, by the text of a mountinfo: a pure function, so that nobody has
// to touch a place that may hang in order to learn that it may.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander::os {

/// One mounted file system.
struct Mount {
  std::string point;  ///< Absolute.
  std::string type;   ///< As the kernel names it: `ext4`, `nfs4`, `fuse.sshfs`.
  /// Whether another machine or program answers for it, so that a look may never come back.
  [[nodiscard]] bool may_hang() const;
};

/// The mounts of a mount namespace.
class Mounts {
 public:
  /// Reads a text such as /proc/self/mountinfo; lines that make no sense are left out.
  static Mounts parse(std::string_view mountinfo);
  /// The mount that `absolute` (without `..` and links) lies on; null where none is known.
  [[nodiscard]] const Mount* find(std::string_view absolute) const;

 private:
  std::vector<Mount> mounts_;
};

}  // namespace gander::os
