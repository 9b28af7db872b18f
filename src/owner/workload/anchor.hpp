// SPDX-License-Identifier: Apache-2.0
// To which process the work of another one belongs: the kernel that it descends from, the run of a
// script, itself. Pure but for the clues it is given.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "gander/owner.hpp"
#include "owner/workload/clues.hpp"
#include "owner/workload/lineage.hpp"

namespace gander::owner {

/// How it was found out, the nearest proof first.
enum class Proof : std::uint8_t {
  self,         ///< It is the kernel, or the script.
  session,      ///< The kernel leads its session, which no ordinary child leaves.
  ancestor,     ///< It descends from it.
  environment,  ///< It inherited the variables of a kernel.
};
std::string_view name_of(Proof proof);

enum class AnchorKind : std::uint8_t { kernel, lost_kernel, terminal, script, program };

/// The process at which a workload began.
struct Anchor {
  AnchorKind kind{};
  const Kin* root{};
  Proof proof{};
  const Kin* server{};  ///< The Jupyter server of a terminal; null otherwise, or where unknown.
};

/// The clues of a process, read when they are asked for.
using FindClue = std::function<const Clue&(const Kin& kin)>;

/// The kernel that a process is, or whose session or descendant it is; asks for no clues.
std::optional<Anchor> find_kernel(const Lineage& lineage, const Kin& kin);

/// Finds what `kin` works for. `lost_kernel`: the variables of a kernel that is no more.
Anchor find_anchor(const Lineage& lineage, const Kin& kin, const FindClue& find_clue);

}  // namespace gander::owner
