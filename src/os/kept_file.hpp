// SPDX-License-Identifier: Apache-2.0
// One file of the kernel's that is read again and again, without the way to it each time. Knows
// nothing of what it holds.
#pragma once

#include <cstddef>
#include <string>

#include "gander/result.hpp"
#include "os/file_descriptor.hpp"
#include "os/root.hpp"

namespace gander::os {

/// A file of /proc or /sys that is opened once and read from its beginning each time. Files on
/// other file systems, where a new file may take the name, are opened each time.
class KeptFile {
 public:
  explicit KeptFile(std::string absolute) : path_(std::move(absolute)) {}
  /// What it holds now into `text`, whose memory is used again, at most `limit` bytes; on failure
  /// `text` is empty. What is gone is looked for once more by its name. Fails as `Root::read`.
  Result<void> read_into(const Root& root, std::string& text, std::size_t limit = 1U << 20U);
  [[nodiscard]] bool is_kept() const { return file_.is_open(); }

 private:
  std::string path_;
  FileDescriptor file_;
};

}  // namespace gander::os
