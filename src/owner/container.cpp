// SPDX-License-Identifier: Apache-2.0
// The container by the cgroup of the process.
#include "owner/container.hpp"

#include "owner/cgroup/facts.hpp"

namespace gander::owner {
namespace {

class ContainerFinder final : public Finder {
 public:
  [[nodiscard]] OwnerKind kind() const override { return OwnerKind::container; }
  [[nodiscard]] std::optional<Owner> find(const host::ProcessFacts& process,
                                          std::span<const host::ProcessFacts>) const override {
    return find_in_cgroup(kind(), process);
  }
};

}  // namespace

std::unique_ptr<Finder> make_container_finder() { return std::make_unique<ContainerFinder>(); }

}  // namespace gander::owner
