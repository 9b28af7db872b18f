// SPDX-License-Identifier: Apache-2.0
// Body of user_home.hpp.
#include "owner/title/user_home.hpp"

#include <algorithm>
#include <array>

#include "model/whole_number.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t passwd_limit = std::size_t{4} << 20U;

std::string_view take(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

std::optional<std::string> find_home(std::string_view passwd, std::uint32_t uid) {
  while (!passwd.empty()) {
    auto line = take(passwd, '\n');
    std::array<std::string_view, 6> fields;  // name, password, uid, gid, comment, home
    for (auto& field : fields) field = take(line, ':');
    if (find_whole_number<std::uint32_t>(fields[2]) != uid) continue;
    if (fields[5].starts_with('/')) return std::string{fields[5]};
  }
  return {};
}

std::optional<std::string> find_in_home(const StateFiles& files, std::uint32_t uid,
                                        std::string_view below) {
  const auto passwd = files.read("/etc/passwd", passwd_limit);
  auto home = passwd ? find_home(*passwd, uid) : std::nullopt;
  if (home) home->append("/").append(below);
  return home;
}

}  // namespace gander::owner
