// SPDX-License-Identifier: Apache-2.0
// Body of facts.hpp.
#include "owner/cgroup/facts.hpp"

#include <string>

namespace gander::owner {
namespace {

struct LastParsed {
  std::string text;
  CgroupIdentity identity;
};

const CgroupIdentity& identity_of(const std::string& text) {
  thread_local LastParsed last;
  if (last.text != text) last = LastParsed{text, parse_cgroup(text)};
  return last.identity;
}

}  // namespace

const CgroupIdentity* find_cgroup_identity(const host::ProcessFacts& process) {
  return process.cgroup.is_known() ? &identity_of(process.cgroup.value()) : nullptr;
}

std::optional<Owner> find_in_cgroup(OwnerKind kind, const host::ProcessFacts& process) {
  const auto* identity = find_cgroup_identity(process);
  return identity == nullptr ? std::nullopt : label_from_cgroup(kind, *identity);
}

}  // namespace gander::owner
