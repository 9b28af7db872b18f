// SPDX-License-Identifier: Apache-2.0
// Body of state_files.hpp.
#include "owner/title/state_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "os/owned_file.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t mountinfo_limit = std::size_t{16} << 20U;
constexpr int most_links = 16;
constexpr std::size_t most_parts = 256;

/// Puts the parts of `path` in front of those that are still to go.
void push_front(std::deque<std::string>& parts, std::string_view path) {
  std::vector<std::string> more;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) more.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  parts.insert(parts.begin(), more.begin(), more.end());
}

}  // namespace

StateFiles::StateFiles(const os::Root& root)
    : root_(root),
      mounts_(os::Mounts::parse(root.read("/proc/self/mountinfo", mountinfo_limit).value_or(""))) {}

/// The path without links, every part of which lies on a local file system.
Result<std::string> StateFiles::follow(std::string_view path) const {
  std::deque<std::string> parts;
  push_front(parts, path);
  std::string followed;
  int links = 0;
  while (!parts.empty()) {
    if (parts.size() > most_parts) return fail(Fault::invalid_data, "the path is too long");
    const std::string part = std::move(parts.front());
    parts.pop_front();
    if (part == ".") continue;
    if (part == "..") {
      followed.resize(followed.empty() ? 0 : followed.rfind('/'));
      continue;
    }
    const std::string next = followed + "/" + part;
    const auto* mount = mounts_.find(next);
    if (mount != nullptr && mount->may_hang()) {
      return fail(Fault::not_supported,
                  fmt::format("cannot read {}: it lies on {}", path, mount->type));
    }
    const auto target = root_.read_link(next);
    if (!target) {
      followed = next;
      continue;
    }
    if (++links > most_links) return fail(Fault::invalid_data, "too many links in the path");
    if (target->starts_with('/')) followed.clear();
    push_front(parts, *target);
  }
  return followed.empty() ? "/" : followed;
}

Result<std::string> StateFiles::read(std::string_view path, std::size_t limit,
                                     std::optional<std::uint32_t> uid) const {
  return follow(path).and_then([&](const std::string& place) {
    return os::read_owned(root_, place, uid, limit).map([](os::OwnedFile file) {
      return std::move(file.text);
    });
  });
}

Result<std::vector<std::string>> StateFiles::list(std::string_view path, std::size_t limit) const {
  return follow(path).and_then([&](const std::string& place) { return root_.list(place, limit); });
}

Missing reason_of(const Error& error) {
  switch (error.fault) {
    case Fault::no_permission:
      return Missing::no_permission;
    case Fault::not_supported:
      return Missing::withheld;
    default:
      return Missing::no_data;
  }
}

Missing worse(Missing one, Missing other) {
  if (one == Missing::no_permission || other == Missing::no_permission) {
    return Missing::no_permission;
  }
  return one == Missing::withheld ? one : other;
}

}  // namespace gander::owner
