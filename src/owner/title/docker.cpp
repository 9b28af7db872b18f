// SPDX-License-Identifier: Apache-2.0
// DATA-ROOT/containers/ID/config.v2.json; with remapped users DATA-ROOT/UID.GID/containers/…
#include "owner/title/docker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "json/reader.hpp"
#include "owner/jupyter/secret.hpp"
#include "owner/title/user_home.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20U;
constexpr std::size_t most_names = 256;

std::string_view find_text(const json::Value& object, std::string_view key) {
  const auto value = object.find(key);
  return value ? value->string().value_or("") : std::string_view{};
}

/// Whether a folder holds the state for one mapping of users: `100000.100000`.
bool is_mapping(std::string_view name) {
  return !name.empty() && name.find('.') != std::string_view::npos &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::vector<std::string> list_roots(const ContainerQuery& query, const StateFiles& files) {
  if (query.user) {
    auto root = find_in_home(files, *query.user, ".local/share/docker");
    return root ? std::vector{*std::move(root)} : std::vector<std::string>{};
  }
  std::vector<std::string> roots{"/var/lib/docker", "/var/snap/docker/common/var-lib-docker"};
  const auto settings = files.read("/etc/docker/daemon.json", file_limit);
  auto chosen = settings ? parse_docker_root(*settings) : std::nullopt;
  if (chosen) roots.insert(roots.begin(), *std::move(chosen));
  return roots;
}

}  // namespace

Result<ContainerNames> parse_docker_container(std::string_view text, std::string_view id) {
  const auto wrong = [](std::string_view what) {
    return fail(Fault::invalid_data, fmt::format("cannot use a container's state: {}", what));
  };
  const auto document = json::read(text, {file_limit, 64});
  if (!document || document->root().type() != json::Type::object) return wrong("no JSON object");
  const auto state = document->root();
  if (find_text(state, "ID") != id) return wrong("it is about another one");
  auto name = find_text(state, "Name");
  if (name.starts_with('/')) name.remove_prefix(1);
  if (!is_name(name)) return wrong("it has no name");
  if (auto names = parse_kubernetes_name(name)) return *std::move(names);
  return ContainerNames{std::string{name}, {}, {}};
}

std::optional<std::string> parse_docker_root(std::string_view text) {
  const auto document = json::read(text, {file_limit, 64});
  if (!document) return {};
  for (const std::string_view key : {"data-root", "graph"}) {
    const auto root = find_text(document->root(), key);
    if (root.starts_with('/')) return std::string{root};
  }
  return {};
}

KnownNames find_docker_names(const ContainerQuery& query, const StateFiles& files) {
  Missing reason = Missing::no_data;
  const auto look = [&](const std::string& root) -> std::optional<ContainerNames> {
    const auto path = fmt::format("{}/containers/{}/config.v2.json", root, query.id);
    auto text = files.read(path, file_limit, query.user);
    if (!text) {
      reason = worse(reason, reason_of(text.error()));
      return {};
    }
    auto names = parse_docker_container(*text, query.id);
    jupyter::wipe(*text);
    return names ? std::optional{*std::move(names)} : std::nullopt;
  };
  for (const auto& root : list_roots(query, files)) {
    if (auto names = look(root)) return *std::move(names);
    const auto below = files.list(root, most_names);
    if (!below) continue;
    for (const auto& name : *below) {
      if (!is_mapping(name)) continue;
      if (auto names = look(root + "/" + name)) return *std::move(names);
    }
  }
  return reason;
}

}  // namespace gander::owner
