// SPDX-License-Identifier: Apache-2.0
// Bodies of user.hpp.
#include "os/user.hpp"

#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace gander::os {
namespace {

constexpr std::size_t first_buffer = 1024;
constexpr std::size_t largest_buffer = 1U << 20U;

/// What `take` makes of the entry that `ask(entry, buffer, found)` finds, one of the get*_r family.
template <class Ask, class Take>
auto ask_database(Ask ask, Take take) -> std::optional<decltype(take(passwd{}))> {
  for (std::size_t size = first_buffer; size <= largest_buffer; size *= 2) {
    std::vector<char> buffer(size);
    passwd entry{};
    passwd* found = nullptr;
    int result = 0;
    do {
      result = ask(entry, buffer, found);
    } while (result == EINTR);
    if (result == ERANGE) continue;
    if (found == nullptr || found->pw_name == nullptr) return {};
    return take(*found);
  }
  return {};
}

}  // namespace

std::optional<std::string> find_user_name(std::uint32_t uid) {
  return ask_database(
      [uid](passwd& entry, std::vector<char>& buffer, passwd*& found) {
        return ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
      },
      [](const passwd& entry) { return std::string{entry.pw_name}; });
}

std::optional<std::uint32_t> find_user_id(const std::string& name) {
  return ask_database(
      [&name](passwd& entry, std::vector<char>& buffer, passwd*& found) {
        return ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
      },
      [](const passwd& entry) { return std::uint32_t{entry.pw_uid}; });
}

std::uint32_t current_uid() { return ::getuid(); }

std::string host_name() {
  utsname names{};
  ::uname(&names);
  return names.nodename;
}

std::string kernel_release() {
  utsname names{};
  ::uname(&names);
  return names.release;
}

double clock_ticks_per_second() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }

double page_size() { return static_cast<double>(::sysconf(_SC_PAGESIZE)); }

}  // namespace gander::os
