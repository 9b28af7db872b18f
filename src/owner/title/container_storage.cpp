// SPDX-License-Identifier: Apache-2.0
// GRAPHROOT/DRIVER-containers/containers.json, and volatile-containers.json for those that are
// removed at their end.
#include "owner/title/container_storage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "json/reader.hpp"
#include "owner/title/user_home.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t list_limit = std::size_t{8} << 20U;
constexpr std::size_t settings_limit = std::size_t{64} << 10U;
constexpr std::size_t most_names = 256;

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\"'";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<std::string> find_root(const ContainerQuery& query, const StateFiles& files) {
  if (query.user) return find_in_home(files, *query.user, ".local/share/containers/storage");
  for (const std::string_view path :
       {"/etc/containers/storage.conf", "/usr/share/containers/storage.conf"}) {
    const auto settings = files.read(path, settings_limit);
    if (auto root = settings ? parse_storage_root(*settings) : std::nullopt) return root;
  }
  return "/var/lib/containers/storage";
}

}  // namespace

Result<ContainerNames> parse_container_list(std::string_view text, std::string_view id) {
  const auto document = json::read(text, {list_limit, 16});
  if (!document || document->root().type() != json::Type::array) {
    return fail(Fault::invalid_data, "cannot use a list of containers: it is no JSON array");
  }
  for (const auto& container : document->root().items()) {
    const auto its = container.find("id");
    if (!its || its->string() != id) continue;
    const auto names = container.find("names");
    for (const auto& name : names ? names->items() : std::vector<json::Value>{}) {
      const auto word = name.string().value_or("");
      if (!is_name(word)) continue;
      if (auto known = parse_kubernetes_name(word)) return *std::move(known);
      return ContainerNames{std::string{word}, {}, {}};
    }
  }
  return fail(Fault::not_found, "the list does not name the container");
}

std::optional<std::string> parse_storage_root(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto sign = line.find('=');
    if (sign == std::string_view::npos || trim(line.substr(0, sign)) != "graphroot") continue;
    const auto root = trim(line.substr(sign + 1));
    if (root.starts_with('/')) return std::string{root};
  }
  return {};
}

KnownNames find_storage_names(const ContainerQuery& query, const StateFiles& files) {
  const auto root = find_root(query, files);
  if (!root) return Missing::no_data;
  const auto folders = files.list(*root, most_names);
  if (!folders) return reason_of(folders.error());
  Missing reason = Missing::no_data;
  for (const auto& folder : *folders) {
    if (!folder.ends_with("-containers")) continue;
    for (const std::string_view name : {"containers.json", "volatile-containers.json"}) {
      const auto text =
          files.read(fmt::format("{}/{}/{}", *root, folder, name), list_limit, query.user);
      if (!text) {
        reason = worse(reason, reason_of(text.error()));
        continue;
      }
      if (auto names = parse_container_list(*text, query.id)) return *std::move(names);
    }
  }
  return reason;
}

}  // namespace gander::owner
