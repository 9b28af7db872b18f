// SPDX-License-Identifier: Apache-2.0
// Body of container_names.hpp.
#include "owner/title/container_names.hpp"

#include <array>

#include "owner/title/container_storage.hpp"
#include "owner/title/containerd.hpp"
#include "owner/title/docker.hpp"

namespace gander::owner {
namespace {

struct Place {
  std::string_view source;
  KnownNames (*find)(const ContainerQuery&, const StateFiles&);
};

/// Docker runs its containers by means of containerd, which does not know their names.
constexpr std::array places{Place{docker_source, find_docker_names},
                            Place{containerd_source, find_containerd_names},
                            Place{storage_source, find_storage_names}};

}  // namespace

Known<FoundNames> find_container_names(const ContainerQuery& query, const StateFiles& files) {
  Missing reason = Missing::no_data;
  for (const auto& place : places) {
    auto names = place.find(query, files);
    if (names.is_known()) return FoundNames{names.value(), place.source};
    reason = worse(reason, names.reason());
  }
  return reason;
}

}  // namespace gander::owner
