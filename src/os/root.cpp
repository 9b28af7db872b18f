// SPDX-License-Identifier: Apache-2.0
// Reads files below a root folder.
#include "os/root.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "os/file_text.hpp"
#include "os/system_error.hpp"

namespace gander::os {
namespace {

constexpr std::size_t link_limit = 4096;

/// `absolute` without `.`, `..` and doubled slashes, so that no text climbs above the root.
std::string flatten(std::string_view absolute) {
  std::string flat;
  flat.reserve(absolute.size() + 1);
  while (!absolute.empty()) {
    const auto end = std::min(absolute.find('/'), absolute.size());
    const auto part = absolute.substr(0, end);
    absolute.remove_prefix(std::min(end + 1, absolute.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      flat.resize(flat.empty() ? 0 : flat.rfind('/'));
      continue;
    }
    flat.append("/").append(part);
  }
  return flat.empty() ? "/" : flat;
}

int open_below(int root, const std::string& relative, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_IN_ROOT;
  return static_cast<int>(::syscall(SYS_openat2, root, relative.c_str(), &how, sizeof how));
}

}  // namespace

Root::Place::Place(std::string path) : folder(std::move(path)) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  if (folder.empty()) folder = "/";
  if (folder == "/") return;
  opened = std::make_shared<const FileDescriptor>(
      ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Root::Root(std::string folder, std::string overlay) : place_(std::move(folder)) {
  if (!overlay.empty()) overlay_.emplace(std::move(overlay));
}

/// In a root of our own, links are resolved inside it, so that a copied absolute link does not
/// lead to the real machine; kernels before 5.6 only check the text.
FileDescriptor Root::open_in(const Place& place, std::string_view absolute, int flags) {
  const std::string flat = flatten(absolute);
  flags |= O_CLOEXEC;
  if (place.opened == nullptr) return FileDescriptor{::open(flat.c_str(), flags)};
  const int root = place.opened->number();
  FileDescriptor file{open_below(root, "." + flat, flags)};
  if (!file.is_open() && errno == ENOSYS) {
    file = FileDescriptor{::openat(root, ("." + flat).c_str(), flags | O_NOFOLLOW)};
  }
  return file;
}

FileDescriptor Root::open_first(std::string_view absolute, int flags) const {
  if (overlay_) {
    FileDescriptor file = open_in(*overlay_, absolute, flags);
    if (file.is_open()) return file;
  }
  return open_in(place_, absolute, flags);
}

std::string Root::path(std::string_view absolute) const {
  std::string flat = flatten(absolute);
  return is_real() ? flat : place_.folder + flat;
}

Result<std::string> Root::read(std::string_view absolute, std::size_t limit) const {
  std::string text;
  return read_into(absolute, text, limit).map([&] { return std::move(text); });
}

Result<void> Root::read_into(std::string_view absolute, std::string& text,
                             std::size_t limit) const {
  return read_to_end(absolute, text, {limit, TextEnd::empty_read});
}

Result<std::string> Root::read_piece(std::string_view absolute, std::size_t limit) const {
  std::string text;
  return read_to_end(absolute, text, {limit, TextEnd::short_read}).map([&] {
    return std::move(text);
  });
}

Result<void> Root::read_to_end(std::string_view absolute, std::string& text,
                               const TextBounds& bounds) const {
  text.clear();
  const FileDescriptor file = open_to_read(absolute);
  if (!file.is_open()) return tl::make_unexpected(system_error("open", path(absolute), errno));
  const int reason = read_text(file, text, bounds);
  if (reason != 0) return tl::make_unexpected(system_error("read", path(absolute), reason));
  return {};
}

FileDescriptor Root::open_to_read(std::string_view absolute) const {
  return open_first(absolute, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

Result<std::string> Root::read_link(std::string_view absolute) const {
  const FileDescriptor link = open_first(absolute, O_PATH | O_NOFOLLOW);
  std::array<char, link_limit> target{};
  const ssize_t size =
      link.is_open() ? ::readlinkat(link.number(), "", target.data(), target.size()) : -1;
  if (size < 0) return tl::make_unexpected(system_error("read the link", path(absolute), errno));
  return std::string{target.data(), static_cast<std::size_t>(size)};
}

Result<std::vector<std::string>> Root::list(std::string_view absolute, std::size_t limit) const {
  FileDescriptor folder = open_first(absolute, O_RDONLY | O_DIRECTORY);
  if (!folder.is_open()) return tl::make_unexpected(system_error("list", path(absolute), errno));
  const std::unique_ptr<DIR, int (*)(DIR*)> entries{::fdopendir(folder.number()), ::closedir};
  if (!entries) return tl::make_unexpected(system_error("list", path(absolute), errno));
  static_cast<void>(folder.release());
  std::vector<std::string> names;
  errno = 0;
  while (names.size() < limit) {
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) break;
    const std::string_view name{entry->d_name};
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return tl::make_unexpected(system_error("list", path(absolute), errno));
  return names;
}

bool Root::exists(std::string_view absolute) const {
  return open_first(absolute, O_PATH).is_open();
}

bool Root::may_write(std::string_view absolute) const {
  return ::access(path(absolute).c_str(), R_OK | W_OK) == 0;
}

}  // namespace gander::os
