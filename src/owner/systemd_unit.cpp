// SPDX-License-Identifier: Apache-2.0
// The unit by the cgroup of the process.
#include "owner/systemd_unit.hpp"

#include "owner/cgroup/facts.hpp"

namespace gander::owner {
namespace {

class SystemdUnitFinder final : public Finder {
 public:
  [[nodiscard]] OwnerKind kind() const override { return OwnerKind::systemd_unit; }
  [[nodiscard]] std::optional<Owner> find(const host::ProcessFacts& process,
                                          std::span<const host::ProcessFacts>) const override {
    return find_in_cgroup(kind(), process);
  }
};

}  // namespace

std::unique_ptr<Finder> make_systemd_unit_finder() { return std::make_unique<SystemdUnitFinder>(); }

}  // namespace gander::owner
