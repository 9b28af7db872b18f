// SPDX-License-Identifier: Apache-2.0
// Body of user_names.hpp.
#include "host/user_names.hpp"

#include "host/proc_text.hpp"
#include "os/user.hpp"

namespace gander::host {

std::optional<std::string> UserNames::look_up(std::uint32_t uid) const {
  if (root_.is_real()) return os::find_user_name(uid);
  const auto passwd = root_.read("/etc/passwd");
  return passwd ? find_user_name(*passwd, uid) : std::nullopt;
}

Known<std::string> UserNames::find(std::uint32_t uid) {
  const auto known = names_.find(uid);
  if (known != names_.end()) return known->second;
  auto name = look_up(uid);
  const auto answer = name ? Known<std::string>{std::move(*name)} : Missing::no_data;
  return names_.emplace(uid, answer).first->second;
}

}  // namespace gander::host
