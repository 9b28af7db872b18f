// SPDX-License-Identifier: Apache-2.0
// The user by the real user id of the process.
#include "owner/user.hpp"

#include <string>

namespace gander::owner {
namespace {

class UserFinder final : public Finder {
 public:
  [[nodiscard]] OwnerKind kind() const override { return OwnerKind::user; }
  [[nodiscard]] std::optional<Owner> find(const host::ProcessFacts& facts,
                                          std::span<const host::ProcessFacts>) const override {
    const auto& process = facts.process;
    if (!process.uid.is_known()) return {};
    auto name = process.user.value_or(std::to_string(process.uid.value()));
    return Owner{kind(), std::move(name), "process", Certainty::certain};
  }
};

}  // namespace

std::unique_ptr<Finder> make_user_finder() { return std::make_unique<UserFinder>(); }

}  // namespace gander::owner
