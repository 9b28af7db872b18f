// SPDX-License-Identifier: Apache-2.0
// Names of containers in the lists that Podman and CRI-O keep of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "owner/title/container_query.hpp"
#include "owner/title/state_files.hpp"

namespace gander::owner {

inline constexpr std::string_view storage_source = "container_storage";

/// Reads the text of a containers.json for the names of the container `id`. Fails with
/// invalid_data, or not_found where it is not in the list.
Result<ContainerNames> parse_container_list(std::string_view text, std::string_view id);

/// The folder that the text of a storage.conf names; nothing where it names none.
std::optional<std::string> parse_storage_root(std::string_view text);

/// Looks through the lists of the machine, or of the user.
KnownNames find_storage_names(const ContainerQuery& query, const StateFiles& files);

}  // namespace gander::owner
