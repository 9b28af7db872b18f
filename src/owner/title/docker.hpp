// SPDX-License-Identifier: Apache-2.0
// Names of containers in the files of Docker, the system's and that of a user of his own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "owner/title/container_query.hpp"
#include "owner/title/state_files.hpp"

namespace gander::owner {

inline constexpr std::string_view docker_source = "docker";

/// Reads the text of a config.v2.json, which has to be about the container `id`. Fails with
/// invalid_data; no message holds a part of the text, which has passwords in it.
Result<ContainerNames> parse_docker_container(std::string_view text, std::string_view id);

/// The folder of Docker's state that the text of a daemon.json names; nothing where it names none.
std::optional<std::string> parse_docker_root(std::string_view text);

/// Looks through the places where Docker keeps its containers.
KnownNames find_docker_names(const ContainerQuery& query, const StateFiles& files);

}  // namespace gander::owner
