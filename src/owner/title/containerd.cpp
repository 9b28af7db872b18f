// SPDX-License-Identifier: Apache-2.0
// STATE/io.containerd.runtime.v2.task/NAMESPACE/ID/config.json
#include "owner/title/containerd.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "json/reader.hpp"
#include "owner/jupyter/secret.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20U;
constexpr std::size_t most_namespaces = 64;
constexpr std::array state_folders{
    "/run/containerd/io.containerd.runtime.v2.task",
    "/run/k3s/containerd/io.containerd.runtime.v2.task",
    "/run/k0s/containerd/io.containerd.runtime.v2.task",
    "/var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task",
    "/run/containerd/io.containerd.runtime.v1.linux"};

std::string find_text(const json::Value& object, std::string_view key) {
  const auto value = object.find(key);
  return std::string{value ? value->string().value_or("") : std::string_view{}};
}

}  // namespace

Result<ContainerNames> parse_bundle(std::string_view text) {
  const auto wrong = [](std::string_view what) {
    return fail(Fault::invalid_data, fmt::format("cannot use a container's bundle: {}", what));
  };
  const auto document = json::read(text, {file_limit, 64});
  const auto notes = document ? document->root().find("annotations") : std::nullopt;
  if (!notes) return wrong("it has no annotations");
  PodNames pod{find_text(*notes, "io.kubernetes.cri.sandbox-uid"),
               find_text(*notes, "io.kubernetes.cri.sandbox-name"),
               find_text(*notes, "io.kubernetes.cri.sandbox-namespace")};
  const auto container = find_text(*notes, "io.kubernetes.cri.container-name");
  if (is_name(container) && is_name(pod.name) && is_name(pod.space)) {
    return ContainerNames{container, {}, std::move(pod)};
  }
  const auto name = find_text(*notes, "nerdctl/name");
  if (!is_name(name)) return wrong("it has no name");
  const auto space = find_text(*notes, "nerdctl/namespace");
  const bool is_usual = !is_name(space) || space == "default";
  return ContainerNames{name, is_usual ? "" : space, {}};
}

KnownNames find_containerd_names(const ContainerQuery& query, const StateFiles& files) {
  // The containerd of a user keeps its state in a mount namespace of its own.
  if (query.user) return Missing::no_data;
  Missing reason = Missing::no_data;
  for (const std::string folder : state_folders) {
    const auto spaces = files.list(folder, most_namespaces);
    if (!spaces) {
      reason = worse(reason, reason_of(spaces.error()));
      continue;
    }
    for (const auto& space : *spaces) {
      const auto path = fmt::format("{}/{}/{}/config.json", folder, space, query.id);
      auto text = files.read(path, file_limit);
      if (!text) {
        reason = worse(reason, reason_of(text.error()));
        continue;
      }
      auto names = parse_bundle(*text);
      jupyter::wipe(*text);
      if (names) return *std::move(names);
    }
  }
  return reason;
}

}  // namespace gander::owner
