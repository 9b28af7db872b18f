// SPDX-License-Identifier: Apache-2.0
// /var/log/pods/NAMESPACE_POD_UID may be listed by everybody; /var/lib/kubelet/pods/UID may not.
#include "owner/title/pod_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gander::owner {
namespace {

/// A machine runs some hundred pods at most; folders of old ones are removed.
constexpr std::size_t most_pods = 4096;
constexpr std::size_t hosts_limit = std::size_t{64} << 10U;

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const auto word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

std::optional<PodNames> parse_pod_folder(std::string_view name) {
  const auto first = name.find('_');
  const auto last = name.rfind('_');
  if (first == std::string_view::npos || first == last) return {};
  const auto space = name.substr(0, first);
  const auto pod = name.substr(first + 1, last - first - 1);
  const auto uid = name.substr(last + 1);
  const bool are_names = is_name(space) && is_name(pod) && is_name(uid);
  if (!are_names || pod.find('_') != std::string_view::npos) return {};
  return PodNames{std::string{uid}, std::string{pod}, std::string{space}};
}

std::optional<std::string> parse_pod_hosts(std::string_view text) {
  if (!text.starts_with("# Kubernetes-managed hosts file.\n")) return {};
  // The pod's own address is the last before entries that somebody added, which have a heading.
  std::string name;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("# Entries added by HostAliases.")) break;
    if (line.starts_with('#')) continue;
    take_word(line);
    if (const auto word = take_word(line); is_name(word)) name = word;
  }
  const bool is_own = !name.empty() && !name.starts_with("ip6-") && name != "localhost" &&
                      name.find("localnet") == std::string::npos;
  return is_own ? std::optional{name} : std::nullopt;
}

Known<Title> find_pod_title(std::string_view uid, const StateFiles& files) {
  Missing reason = Missing::no_data;
  const auto folders = files.list("/var/log/pods", most_pods);
  if (!folders) reason = reason_of(folders.error());
  for (const auto& folder : folders.value_or(std::vector<std::string>{})) {
    auto names = parse_pod_folder(folder);
    if (!names || names->uid != uid) continue;
    return Title{std::move(names->name), std::move(names->space), "kubelet", Certainty::certain};
  }
  const auto hosts =
      files.read(fmt::format("/var/lib/kubelet/pods/{}/etc-hosts", uid), hosts_limit);
  if (!hosts) return worse(reason, reason_of(hosts.error()));
  // A pod may choose another name for its host.
  auto name = parse_pod_hosts(*hosts);
  return name ? Known<Title>{Title{*std::move(name), {}, "kubelet", Certainty::likely}} : reason;
}

}  // namespace gander::owner
