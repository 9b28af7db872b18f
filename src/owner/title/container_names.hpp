// SPDX-License-Identifier: Apache-2.0
// The list of places where names of containers are found. Another engine is a file and a line here.
#pragma once

#include <string_view>

#include "owner/title/container_query.hpp"
#include "owner/title/state_files.hpp"

namespace gander::owner {

struct FoundNames {
  ContainerNames names;
  std::string_view source;
};

/// Asks every place in turn; where none knows the container, the reason is the worst of theirs.
Known<FoundNames> find_container_names(const ContainerQuery& query, const StateFiles& files);

}  // namespace gander::owner
