// SPDX-License-Identifier: Apache-2.0
// The question that each finder of container names answers, and the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gander/known.hpp"
#include "owner/title/title.hpp"

namespace gander::owner {

/// A container whose names are wanted.
struct ContainerQuery {
  std::string id;
  /// The user in whose own cgroups it runs, who may call them as he likes: only his own files say
  /// anything about it. Nothing: the machine's.
  std::optional<std::uint32_t> user;
  friend auto operator<=>(const ContainerQuery&, const ContainerQuery&) = default;
};

using KnownNames = Known<ContainerNames>;

}  // namespace gander::owner
