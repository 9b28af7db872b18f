// SPDX-License-Identifier: Apache-2.0
// Which files hang together: those on one file system share a lane, so that one that does not
// answer takes one thread and no more. Touches none of the files.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "gander/process.hpp"
#include "os/clock.hpp"
#include "os/mounts.hpp"
#include "os/root.hpp"

namespace gander::owner {

/// One thread at a time.
class FileLanes {
 public:
  /// `clock` lives longer than the lanes.
  FileLanes(os::Root root, const os::Clock& clock) : root_(std::move(root)), clock_(clock) {}
  /// The lane of a job that looks at these paths, as we see them: where one of them may hang, its.
  std::string find(std::span<const std::string> paths);
  /// The lane of the files of a process whose root is another than ours.
  [[nodiscard]] std::string find_inside(Pid pid) const;

 private:
  os::Root root_;
  const os::Clock& clock_;
  std::optional<os::Mounts> mounts_;
  std::chrono::nanoseconds read_at_{};  ///< Steady time.
};

}  // namespace gander::owner
