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

std::optional<Owner> find_in_cgroup(OwnerKind kind, const host::ProcessFacts& process) {
  if (!process.cgroup.is_known()) return {};
  return label_from_cgroup(kind, identity_of(process.cgroup.value()));
}

}  // namespace gander::owner
