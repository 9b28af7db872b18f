// SPDX-License-Identifier: Apache-2.0
// Bodies of file_text.hpp. Sizes that stat reports are not believed: those of /proc are 0.
#include "os/file_text.hpp"

#include <string.h>  // NOLINT(modernize-deprecated-headers): of POSIX
#include <unistd.h>

#include <algorithm>
#include <array>
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

/// Whether a read that gave `count` bytes where there was `room` reached the end of the file.
bool is_end(std::size_t count, std::size_t room, TextEnd end) {
  return count == 0 || (count < room && end == TextEnd::short_read);
}

/// Reads what is behind that which `text` has already.
int read_rest(const FileDescriptor& file, std::string& text, const TextBounds& bounds) {
  std::size_t used = text.size();
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
    if (is_end(static_cast<std::size_t>(count), room, bounds.end)) break;
  }
  text.resize(used);
  return 0;
}

}  // namespace

int read_text(const FileDescriptor& file, std::string& text, const TextBounds& bounds) {
  text.clear();
  // Most files are short: they need neither a long string nor one that is cleared first.
  std::array<char, first_chunk> chunk;  // NOLINT(*-member-init): what is used is written before
  const std::size_t room = std::min(bounds.limit, chunk.size());
  const ssize_t count = read_some(file.number(), chunk.data(), room, 0);
  if (count < 0) return errno;
  const auto size = static_cast<std::size_t>(count);
  text.assign(chunk.data(), size);
  // What is secret in it, only the reader of `text` knows.
  ::explicit_bzero(chunk.data(), size);
  return is_end(size, room, bounds.end) ? 0 : read_rest(file, text, bounds);
}

}  // namespace gander::os
