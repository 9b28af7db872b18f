// SPDX-License-Identifier: Apache-2.0
// Bodies of kept_file.hpp.
#include "os/kept_file.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "os/file_text.hpp"
#include "os/system_error.hpp"

namespace gander::os {
namespace {

/// Whether the name of an open file stands for it for as long as it can be read.
bool is_of_kernel(const FileDescriptor& file) {
  struct statfs system{};
  if (::fstatfs(file.number(), &system) != 0) return false;
  const auto kind = static_cast<std::uint32_t>(system.f_type);
  return kind == PROC_SUPER_MAGIC || kind == SYSFS_MAGIC;
}

}  // namespace

Result<void> KeptFile::read_into(const Root& root, std::string& text, std::size_t limit) {
  if (file_.is_open()) {
    if (read_text(file_, text, {limit, TextEnd::short_read}) == 0) return {};
    // The process ended or the device was unplugged; another one may have its name.
    file_ = {};
  }
  FileDescriptor file = root.open_to_read(path_);
  const int reason = file.is_open() ? read_text(file, text, {limit, TextEnd::empty_read}) : errno;
  if (reason != 0) {
    text.clear();
    return tl::make_unexpected(system_error("read", root.path(path_), reason));
  }
  if (is_of_kernel(file)) file_ = std::move(file);
  return {};
}

}  // namespace gander::os
