// SPDX-License-Identifier: Apache-2.0
// Reads records of the kernel's log: `priority,sequence,microseconds,flags;text`, lines that begin
// with a space belong to the one before.
#include "os/kernel_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "model/whole_number.hpp"

namespace gander::os {
namespace {

// The low three bits are the level; what is above them is 0 for the kernel alone.
constexpr unsigned levels = 8;
constexpr std::size_t longest_line = 8192;

}  // namespace

std::optional<std::string_view> find_kernel_text(std::string_view record) {
  const std::size_t comma = record.find(',');
  const std::size_t text = record.find(';');
  if (comma == record.npos || text == record.npos) return std::nullopt;
  const auto priority = find_whole_number<unsigned>(record.substr(0, comma));
  if (!priority || *priority >= levels) return std::nullopt;
  return record.substr(text + 1);
}

KernelLog::KernelLog(const Root& root)
    : file_(::open(root.path("/dev/kmsg").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (file_.is_open()) ::lseek(file_.number(), 0, SEEK_END);
}

bool KernelLog::read_chunk() {
  std::array<char, longest_line> chunk{};
  while (true) {
    const ssize_t count = ::read(file_.number(), chunk.data(), chunk.size());
    // The log ran over what we had not read yet: it goes on with the oldest line it has.
    if (count < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (count <= 0) return false;
    pending_.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
  }
}

std::vector<std::string> KernelLog::read_new() {
  std::vector<std::string> lines;
  if (!file_.is_open()) return lines;
  for (std::size_t chunks = 0; chunks < most_lines && lines.size() < most_lines; ++chunks) {
    if (!read_chunk()) break;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = pending_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const auto text = find_kernel_text(std::string_view{pending_}.substr(begin, end - begin));
      if (text && lines.size() < most_lines) lines.emplace_back(*text);
    }
    pending_.erase(0, begin);
    if (pending_.size() > longest_line) pending_.clear();
  }
  return lines;
}

}  // namespace gander::os
