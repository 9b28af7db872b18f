// SPDX-License-Identifier: Apache-2.0
// Bodies of file_text.hpp. Sizes that stat reports are not believed: those of /proc are 0.
#include "os/file_text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gander::os {
namespace {

constexpr std::size_t first_chunk = 4096;

ssize_t read_some(int file, char* to, std::size_t size, std::size_t from) {
  ssize_t count = 0;
  do {
    count = ::pread(file, to, size, static_cast<off_t>(from));
    // Something that has no beginning, as a pipe.
    if (count < 0 && errno == ESPIPE) count = ::read(file, to, size);
  } while (count < 0 && errno == EINTR);
  return count;
}

}  // namespace

int read_text(const FileDescriptor& file, std::string& text, const TextBounds& bounds) {
  text.clear();
  std::size_t used = 0;
  while (used < bounds.limit) {
    if (text.size() - used < first_chunk / 2) {
      text.resize(
          std::min(bounds.limit, std::max({first_chunk, text.capacity(), 2 * text.size()})));
    }
    const std::size_t room = text.size() - used;
    const ssize_t count = read_some(file.number(), text.data() + used, room, used);
    if (count < 0) {
      const int reason = errno;
      text.clear();
      return reason;
    }
    used += static_cast<std::size_t>(count);
    const bool is_short = static_cast<std::size_t>(count) < room;
    if (count == 0 || (is_short && bounds.end == TextEnd::short_read)) break;
  }
  text.resize(used);
  return 0;
}

}  // namespace gander::os
