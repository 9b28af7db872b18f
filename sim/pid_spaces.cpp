// SPDX-License-Identifier: Apache-2.0
// Reads NSpid, and climbs from the namespace of a process to ours to name each number's own.
#include "sim/pid_spaces.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace gander::sim {
namespace {

std::uint64_t inode_of(int file) {
  struct stat facts{};
  return fstat(file, &facts) == 0 ? facts.st_ino : 0;
}

/// The numbers of the line "NSpid:	17	1", outermost first.
std::vector<std::uint32_t> read_numbers(pid_t pid) {
  std::ifstream status{fmt::format("/proc/{}/status", pid)};
  std::vector<std::uint32_t> numbers;
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("NSpid:")) continue;
    const char* at = line.c_str() + 6;
    for (char* end = nullptr;; at = end) {
      const auto number = std::strtoul(at, &end, 10);
      if (end == at) return numbers;
      numbers.push_back(static_cast<std::uint32_t>(number));
    }
  }
  return numbers;
}

/// Inodes of the process' namespace and those around it, innermost first, `count` at most.
std::vector<std::uint64_t> climb(pid_t pid, std::size_t count) {
  std::vector<std::uint64_t> spaces;
  int space = open(fmt::format("/proc/{}/ns/pid", pid).c_str(), O_RDONLY | O_CLOEXEC);
  while (space >= 0 && spaces.size() < count) {
    spaces.push_back(inode_of(space));
    const int parent = ioctl(space, NS_GET_PARENT);
    close(space);
    space = parent;
  }
  if (space >= 0) close(space);
  return spaces;
}

}  // namespace

std::uint64_t own_pid_space() {
  struct stat facts{};
  return stat("/proc/self/ns/pid", &facts) == 0 ? facts.st_ino : 0;
}

PidSpaces find_pid_spaces(pid_t pid) {
  PidSpaces out{};
  out[0] = {own_pid_space(), static_cast<std::uint32_t>(pid), 0};
  const auto numbers = read_numbers(pid);
  const auto spaces = climb(pid, numbers.size());
  if (numbers.size() != spaces.size()) return out;
  for (std::size_t level = 1; level < std::min(numbers.size(), max_pid_spaces); ++level)
    out[level] = {spaces[spaces.size() - 1 - level], numbers[level], 0};
  return out;
}

}  // namespace gander::sim
