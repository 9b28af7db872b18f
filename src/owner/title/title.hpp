// SPDX-License-Identifier: Apache-2.0
// What people call a container, a pod or a job, as one source has it. Knows no source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/known.hpp"
#include "gander/owner.hpp"

namespace gander::owner {

/// A title longer than this is nobody's name.
inline constexpr std::size_t title_limit = 512;

/// Foreign text throughout.
struct Title {
  std::string name;    ///< Never empty, at most `title_limit` bytes.
  std::string space;   ///< As `Owner::title_space`.
  std::string source;  ///< As `Owner::title_source`.
  Certainty certainty{};
  friend bool operator==(const Title&, const Title&) = default;
};

/// Names of a pod, as Kubernetes has them.
struct PodNames {
  std::string uid;
  std::string name;
  std::string space;  ///< Namespace.
  friend bool operator==(const PodNames&, const PodNames&) = default;
};

/// Names of one container.
struct ContainerNames {
  std::string name;   ///< In its pod, if it is in one.
  std::string space;  ///< As `Owner::title_space`, of a container without a pod.
  std::optional<PodNames> pod;
  friend bool operator==(const ContainerNames&, const ContainerNames&) = default;
};

/// Whether a text can be a name at all.
bool is_name(std::string_view text);

/// The names in `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`, as engines call the containers of
/// Kubernetes; nothing for any other name.
std::optional<ContainerNames> parse_kubernetes_name(std::string_view name);

/// The title of a container of these names, in a pod `POD/CONTAINER`.
Title title_of(const ContainerNames& names, std::string_view source);

}  // namespace gander::owner
