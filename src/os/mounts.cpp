// SPDX-License-Identifier: Apache-2.0
// Body of mounts.hpp.
#include "os/mounts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gander::os {
namespace {

/// A machine with many containers has some thousands.
constexpr std::size_t most_mounts = 65'536;

std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The kernel writes blanks and the like as three octal digits: `\040`.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = text.substr(i + 1, 3);
    if (text[i] == '\\' && digits.size() == 3 && std::ranges::all_of(digits, is_octal)) {
      plain += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + digits[2] - '0');
      i += digits.size();
    } else {
      plain += text[i];
    }
  }
  return plain;
}

bool lies_on(std::string_view path, std::string_view point) {
  if (point == "/") return path.starts_with('/');
  if (!path.starts_with(point)) return false;
  return path.size() == point.size() || path[point.size()] == '/';
}

}  // namespace

bool Mount::may_hang() const {
  // An automounter touches the network when it is touched. A local disk may be a fuseblk.
  constexpr std::array remote{"nfs",    "nfs4",   "cifs",   "smb3",     "smbfs",  "ncpfs",
                              "afs",    "ceph",   "gfs2",   "ocfs2",    "lustre", "gpfs",
                              "beegfs", "pvfs2",  "9p",     "coda",     "autofs", "fuse",
                              "panfs",  "wekafs", "vboxsf", "glusterfs"};
  return type.starts_with("fuse.") || std::ranges::find(remote, type) != remote.end();
}

Mounts Mounts::parse(std::string_view mountinfo) {
  Mounts mounts;
  while (!mountinfo.empty() && mounts.mounts_.size() < most_mounts) {
    auto line = take(mountinfo, '\n');
    const auto separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    auto filesystem = line.substr(separator + 3);
    // Number, parent, device, root within the file system.
    for (int skipped = 0; skipped < 4; ++skipped) take(line, ' ');
    auto point = unescape(take(line, ' '));
    const auto type = take(filesystem, ' ');
    if (!point.starts_with('/') || type.empty()) continue;
    mounts.mounts_.push_back({std::move(point), std::string{type}});
  }
  return mounts;
}

const Mount* Mounts::find(std::string_view absolute) const {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts_) {
    if (!lies_on(absolute, mount.point)) continue;
    // Of several on one point the last was mounted over the others.
    if (found == nullptr || mount.point.size() >= found->point.size()) found = &mount;
  }
  return found;
}

}  // namespace gander::os
