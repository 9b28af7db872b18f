// SPDX-License-Identifier: Apache-2.0
// A file is looked at through a handle that opens nothing, and opened only once it is known to be
// harmless; the handle stays on the same file, whatever its name comes to mean.
#include "os/owned_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/file_text.hpp"
#include "os/system_error.hpp"

namespace gander::os {
namespace {

constexpr int handle_flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;

/// A handle on the file itself. In a root of our own, links on the way are resolved inside it;
/// kernels before 5.6 cannot, and there only the text of the path is checked.
FileDescriptor open_handle(const Root& root, std::string_view absolute) {
  const std::string path = root.path(absolute);
  if (root.is_real()) return FileDescriptor{::open(path.c_str(), handle_flags)};
  const std::string folder = root.path("/");
  const FileDescriptor below{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!below.is_open()) return {};
  const std::string relative = "./" + path.substr(folder.size());
  open_how how{};
  how.flags = handle_flags;
  how.resolve = RESOLVE_IN_ROOT;
  FileDescriptor file{
      static_cast<int>(::syscall(SYS_openat2, below.number(), relative.c_str(), &how, sizeof how))};
  if (file.is_open() || errno != ENOSYS) return file;
  return FileDescriptor{::openat(below.number(), relative.c_str(), handle_flags)};
}

}  // namespace

Result<OwnedFile> read_owned(const Root& root, std::string_view absolute,
                             std::optional<std::uint32_t> uid, std::size_t limit) {
  const std::string path = root.path(absolute);
  const FileDescriptor handle = open_handle(root, absolute);
  struct stat facts{};
  if (!handle.is_open() || ::fstat(handle.number(), &facts) != 0) {
    return tl::make_unexpected(system_error("open", path, errno));
  }
  const auto refuse = [&](Fault fault, std::string_view why) {
    return fail(fault, fmt::format("cannot read {}: {}", path, why));
  };
  if (!S_ISREG(facts.st_mode)) return refuse(Fault::invalid_data, "it is no regular file");
  if (uid && facts.st_uid != *uid)
    return refuse(Fault::no_permission, "it belongs to another user");
  if (facts.st_size < 0 || std::cmp_greater(facts.st_size, limit)) {
    return refuse(Fault::invalid_data, "it is too large");
  }
  const std::string again = fmt::format("/proc/self/fd/{}", handle.number());
  const FileDescriptor file{::open(again.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  if (!file.is_open()) return tl::make_unexpected(system_error("open", path, errno));
  std::string text;
  const int reason = read_text(file, text, {limit + 1, TextEnd::empty_read});
  if (reason != 0) return tl::make_unexpected(system_error("read", path, reason));
  // It may have grown since.
  if (text.size() > limit) return refuse(Fault::invalid_data, "it is too large");
  return OwnedFile{std::move(text), std::chrono::seconds{facts.st_mtim.tv_sec} +
                                        std::chrono::nanoseconds{facts.st_mtim.tv_nsec}};
}

Result<FileDescriptor> open_owned_socket(const std::string& path, std::uint32_t uid) {
  FileDescriptor handle{::open(path.c_str(), handle_flags)};
  if (!handle.is_open()) return tl::make_unexpected(system_error("look at", path, errno));
  struct stat facts{};
  if (::fstat(handle.number(), &facts) != 0) {
    return tl::make_unexpected(system_error("look at", path, errno));
  }
  if (!S_ISSOCK(facts.st_mode)) {
    return fail(Fault::invalid_data, "cannot connect: there is no socket under this path");
  }
  if (facts.st_uid != uid) {
    return fail(Fault::no_permission, "cannot connect: the socket belongs to another user");
  }
  return handle;
}

}  // namespace gander::os
