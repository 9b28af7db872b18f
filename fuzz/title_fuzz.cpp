// SPDX-License-Identifier: Apache-2.0
// Any bytes as the state of container engines, folders and hosts files of the kubelet, environments
// and mounts. What is named is a name, and no message quotes the bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "os/mounts.hpp"
#include "owner/title/container_storage.hpp"
#include "owner/title/containerd.hpp"
#include "owner/title/docker.hpp"
#include "owner/title/environment.hpp"
#include "owner/title/pod_folder.hpp"
#include "owner/title/user_home.hpp"

namespace {

using namespace gander::owner;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const ContainerNames& names) {
  require(is_name(names.name));
  if (names.pod) require(is_name(names.pod->name) && is_name(names.pod->space));
  const auto title = title_of(names, "fuzz");
  require(!title.name.empty() && title.name.size() <= 2 * title_limit + 1);
}

void check(const gander::Result<ContainerNames>& names) {
  if (names) return check(*names);
  const auto& message = names.error().message;
  require(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::string id(64, 'a');
  check(parse_docker_container(text, id));
  check(parse_bundle(text));
  check(parse_container_list(text, id));
  if (const auto names = parse_kubernetes_name(text)) check(*names);
  for (const auto& root : {parse_docker_root(text), parse_storage_root(text), find_home(text, 7)}) {
    require(!root || root->starts_with('/'));
  }
  if (const auto pod = parse_pod_folder(text)) require(is_name(pod->name) && is_name(pod->uid));
  if (const auto name = parse_pod_hosts(text)) require(is_name(*name));
  const auto names = parse_environment_names(text);
  require(names.job.find_first_not_of("0123456789") == std::string::npos);
  require(names.job_name.size() <= title_limit && names.pod_name.size() <= title_limit);
  const auto mounts = gander::os::Mounts::parse(text);
  const auto* mount = mounts.find("/a/b");
  require(mount == nullptr || std::string_view{"/a/b"}.starts_with(mount->point));
  return 0;
}
