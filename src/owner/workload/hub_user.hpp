// SPDX-License-Identifier: Apache-2.0
// Whom a hub or gateway runs a kernel for, and whether anybody but that person says so.
#pragma once

#include <string>

#include "gander/known.hpp"
#include "gander/owner.hpp"
#include "owner/workload/anchor.hpp"

namespace gander::owner {

struct HubUser {
  Known<std::string> name;  ///< Foreign text.
  /// `certain`: set by a hub of another user, by the container the hub made, or in the system's
  /// unit that it made. `likely`: only the kernel's own environment says so, which its user can
  /// write.
  Certainty certainty{};
};

/// Of a kernel; `no_data` where no hub is named.
HubUser find_hub_user(const Lineage& lineage, const Kin& kernel, const FindClue& find_clue);

}  // namespace gander::owner
