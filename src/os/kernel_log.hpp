// SPDX-License-Identifier: Apache-2.0
// The kernel's log as it grows. Knows nothing of what stands in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/file_descriptor.hpp"
#include "os/root.hpp"

namespace gander::os {

/// What the kernel itself said in a record of its log, `priority,sequence,microseconds,flags;text`;
/// nothing where a process wrote it, or it is no record. Foreign text.
std::optional<std::string_view> find_kernel_text(std::string_view record);

/// Reads what is written to /dev/kmsg after it was opened. One thread at a time; never waits.
class KernelLog {
 public:
  /// Without permission, and where there is no such file, it has no lines ever.
  explicit KernelLog(const Root& root);

  /// The lines that the kernel itself wrote since the last call, at most `most_lines`, without the
  /// prefix of the log; those that processes wrote into it are left out. Foreign text.
  std::vector<std::string> read_new();
  static constexpr std::size_t most_lines = 1024;

 private:
  bool read_chunk();

  FileDescriptor file_;
  std::string pending_;  ///< The beginning of a line that was not read to its end.
};

}  // namespace gander::os
