// SPDX-License-Identifier: Apache-2.0
// Holds, signals and awaits processes through pidfd.
#include "os/process_handle.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <limits>

#include "os/process_stat.hpp"
#include "os/root.hpp"
#include "os/system_error.hpp"

namespace gander::os {
namespace {

std::string words_for(Pid pid) { return fmt::format("process {}", pid); }

bool is_process_number(Pid pid) { return pid > 0 && pid <= std::numeric_limits<pid_t>::max(); }

Result<void> verify(Pid pid, std::uint64_t start_ticks) {
  const auto text = Root{}.read(fmt::format("/proc/{}/stat", pid));
  if (!text) return tl::make_unexpected(text.error());
  const auto stat = parse_process_stat(*text);
  if (!stat || stat->start_ticks != start_ticks) {
    return fail(Fault::not_found,
                fmt::format("process {} has ended; another one has its number now", pid));
  }
  return {};
}

}  // namespace

Result<ProcessHandle> ProcessHandle::open(Pid pid, std::uint64_t start_ticks) {
  if (!is_process_number(pid) || pid == 1 || pid == ::getpid()) {
    return fail(Fault::usage, fmt::format("process {} is never signalled", pid));
  }
  FileDescriptor file{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0U))};
  if (!file.is_open()) return tl::make_unexpected(system_error("hold", words_for(pid), errno));
  // The order matters: what is verified now is what the descriptor has held since before.
  return verify(pid, start_ticks).map([&] { return ProcessHandle{std::move(file), pid}; });
}

Result<void> ProcessHandle::send_signal(int signal) const {
  if (::syscall(SYS_pidfd_send_signal, file_.number(), signal, nullptr, 0U) == 0) return {};
  return tl::make_unexpected(system_error("signal", words_for(pid_), errno));
}

Result<bool> ProcessHandle::wait(std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ended{file_.number(), POLLIN, 0};
    const int count = ::poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (count >= 0) return count > 0;
    if (errno != EINTR) {
      return tl::make_unexpected(system_error("wait for", words_for(pid_), errno));
    }
  }
}

bool process_exists(Pid pid) {
  if (!is_process_number(pid)) return false;
  return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
}

}  // namespace gander::os
