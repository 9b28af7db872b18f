// SPDX-License-Identifier: Apache-2.0
// Files below a root folder that can be replaced, so that tests bring their own /proc and /sys.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"
#include "os/file_descriptor.hpp"

namespace gander::os {

struct TextBounds;

/// A root folder: `/`, or a copy of its files in a test. No path leads above it: `..` stops at the
/// root, and in a copy links are followed inside the copy.
class Root {
 public:
  /// Files of `overlay` (a folder; empty: none) go before those of `folder` in everything but
  /// `path` and `may_write`.
  explicit Root(std::string folder = "/", std::string overlay = {});
  /// Path below the root: `path("/proc/1/stat")`.
  [[nodiscard]] std::string path(std::string_view absolute) const;
  /// The whole file, at most `limit` bytes. Fails with not_found (also where the process ended
  /// while we read), no_permission or operating_system.
  [[nodiscard]] Result<std::string> read(std::string_view absolute,
                                         std::size_t limit = 1U << 20U) const;
  /// The same into `text`, whose memory is used again; on failure `text` is empty.
  Result<void> read_into(std::string_view absolute, std::string& text,
                         std::size_t limit = 1U << 20U) const;
  /// The same of a file that is given in one piece, if `limit` has room for it, as the kernel gives
  /// what it writes anew for each reader (`/proc/PID/status`, a value of /sys): spares the read
  /// that only finds the end. Not for lists of any length, such as mountinfo.
  [[nodiscard]] Result<std::string> read_piece(std::string_view absolute,
                                               std::size_t limit = 1U << 20U) const;
  /// Opens a file for reading, without ever waiting for one; `errno` tells why it is not open.
  [[nodiscard]] FileDescriptor open_to_read(std::string_view absolute) const;
  /// Target of a symbolic link.
  [[nodiscard]] Result<std::string> read_link(std::string_view absolute) const;
  /// Names in a folder without `.` and `..`, in no order; at most `limit`.
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view absolute,
                                                      std::size_t limit = 1U << 22U) const;
  [[nodiscard]] bool exists(std::string_view absolute) const;
  /// Whether we may open it for reading and writing; does not open it, so no device wakes up.
  [[nodiscard]] bool may_write(std::string_view absolute) const;
  [[nodiscard]] bool is_real() const { return place_.folder == "/"; }

 private:
  /// A folder; opened once for all reads below it, where it is not the real root.
  struct Place {
    explicit Place(std::string path);
    std::string folder;
    std::shared_ptr<const FileDescriptor> opened;
  };
  Result<void> read_to_end(std::string_view absolute, std::string& text,
                           const TextBounds& bounds) const;
  [[nodiscard]] FileDescriptor open_first(std::string_view absolute, int flags) const;
  static FileDescriptor open_in(const Place& place, std::string_view absolute, int flags);

  Place place_;
  std::optional<Place> overlay_;
};

}  // namespace gander::os
