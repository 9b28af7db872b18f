// SPDX-License-Identifier: Apache-2.0
// Names of containers in the bundles of containerd: those of Kubernetes and of nerdctl.
#pragma once

#include <string_view>

#include "gander/result.hpp"
#include "owner/title/container_query.hpp"
#include "owner/title/state_files.hpp"

namespace gander::owner {

inline constexpr std::string_view containerd_source = "containerd";

/// Reads the text of a bundle's config.json: the names in its annotations. Fails with invalid_data
/// where there are none; no message holds a part of the text, which has passwords in it.
Result<ContainerNames> parse_bundle(std::string_view text);

/// Looks through the bundles of every namespace of containerd.
KnownNames find_containerd_names(const ContainerQuery& query, const StateFiles& files);

}  // namespace gander::owner
