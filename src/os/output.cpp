// SPDX-License-Identifier: Apache-2.0
// Bodies of output.hpp.
#include "os/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "os/system_error.hpp"

namespace gander::os {

Result<WriteOutcome> write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EPIPE) return WriteOutcome::reader_gone;
    if (errno != EAGAIN) return tl::make_unexpected(system_error("write", "the output", errno));
    pollfd ready{file, POLLOUT, 0};
    ::poll(&ready, 1, -1);
  }
  return WriteOutcome::written;
}

void keep_standard_files() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) {
    if (::fcntl(file, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one. Opened for reading only, a write to it fails.
    static_cast<void>(::open("/dev/null", O_RDONLY));
  }
}

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace gander::os
