// SPDX-License-Identifier: Apache-2.0
// The pod by the cgroup of the process.
#include "owner/pod.hpp"

#include "owner/cgroup/facts.hpp"

namespace gander::owner {
namespace {

class PodFinder final : public Finder {
 public:
  [[nodiscard]] OwnerKind kind() const override { return OwnerKind::pod; }
  [[nodiscard]] std::optional<Owner> find(const host::ProcessFacts& process,
                                          std::span<const host::ProcessFacts>) const override {
    return find_in_cgroup(kind(), process);
  }
};

}  // namespace

std::unique_ptr<Finder> make_pod_finder() { return std::make_unique<PodFinder>(); }

}  // namespace gander::owner
