// SPDX-License-Identifier: Apache-2.0
// Body of title.hpp.
#include "owner/title/title.hpp"

#include <array>

namespace gander::owner {

bool is_name(std::string_view text) { return !text.empty() && text.size() <= title_limit; }

std::optional<ContainerNames> parse_kubernetes_name(std::string_view name) {
  // None of the names may hold the separator.
  std::array<std::string_view, 6> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = name.find('_');
    const bool is_last = i + 1 == parts.size();
    if ((end == std::string_view::npos) != is_last) return {};
    parts[i] = name.substr(0, end);
    if (!is_name(parts[i])) return {};
    name.remove_prefix(is_last ? name.size() : end + 1);
  }
  if (parts[0] != "k8s") return {};
  const auto text = [&](std::size_t part) { return std::string{parts[part]}; };
  return ContainerNames{text(1), {}, PodNames{text(4), text(2), text(3)}};
}

Title title_of(const ContainerNames& names, std::string_view source) {
  Title title{names.name, names.space, std::string{source}, Certainty::certain};
  if (names.pod) {
    title.name = names.pod->name + "/" + names.name;
    title.space = names.pod->space;
  }
  return title;
}

}  // namespace gander::owner
