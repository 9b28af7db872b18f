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

}  // namespace

std::optional<std::string> find_user_name(std::uint32_t uid) {
  for (std::size_t size = first_buffer; size <= largest_buffer; size *= 2) {
    std::vector<char> buffer(size);
    passwd entry{};
    passwd* found = nullptr;
    int result = 0;
    do {
      result = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    } while (result == EINTR);
    if (result == ERANGE) continue;
    if (found == nullptr || found->pw_name == nullptr) return {};
    return std::string{found->pw_name};
  }
  return {};
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
