// SPDX-License-Identifier: Apache-2.0
// Body of file_lanes.hpp.
#include "owner/errand/file_lanes.hpp"

#include <fmt/format.h>

namespace gander::owner {
namespace {

/// Homes are mounted when they are used first.
constexpr std::chrono::seconds keep{10};
constexpr std::size_t mountinfo_limit = std::size_t{16} << 20U;

}  // namespace

std::string FileLanes::find(std::span<const std::string> paths) {
  const auto now = clock_.steady();
  if (!mounts_ || now - read_at_ >= keep) {
    read_at_ = now;
    mounts_ = os::Mounts::parse(root_.read("/proc/self/mountinfo", mountinfo_limit).value_or(""));
  }
  const os::Mount* chosen = nullptr;
  for (const std::string& path : paths) {
    const auto* mount = mounts_->find(path);
    if (mount == nullptr) continue;
    if (chosen == nullptr || (mount->may_hang() && !chosen->may_hang())) chosen = mount;
  }
  return chosen == nullptr ? "/" : chosen->point;
}

std::string FileLanes::find_inside(Pid pid) const {
  return root_.read_link(fmt::format("/proc/{}/ns/mnt", pid))
      .value_or(fmt::format("process {}", pid));
}

}  // namespace gander::owner
