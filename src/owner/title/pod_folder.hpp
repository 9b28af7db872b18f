// SPDX-License-Identifier: Apache-2.0
// Names of pods in the folders of the kubelet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "owner/title/state_files.hpp"
#include "owner/title/title.hpp"

namespace gander::owner {

/// The names in `NAMESPACE_POD_UID`, as the kubelet calls a pod's folder of logs.
std::optional<PodNames> parse_pod_folder(std::string_view name);

/// The pod's name in the hosts file that the kubelet wrote for it; nothing where it uses the
/// network, and the name, of its machine.
std::optional<std::string> parse_pod_hosts(std::string_view text);

/// The title of the pod `uid`: by its folder of logs, else by its hosts file, which does not say
/// the namespace.
Known<Title> find_pod_title(std::string_view uid, const StateFiles& files);

}  // namespace gander::owner
