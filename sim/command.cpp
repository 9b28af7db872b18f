// SPDX-License-Identifier: Apache-2.0
// Runs a command, passes signals on, and reports how it ended.
#include "sim/command.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace gander::sim {
namespace {

constexpr int look_every_ms = 250;

using Time = std::chrono::steady_clock;
/// How long a command may go on after its terminal closed.
constexpr auto hangup_grace = std::chrono::seconds{2};

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT}) sigaddset(&set, signal);
  return set;
}

[[noreturn]] void execute(const Command& command, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
  const sigset_t set = awaited();
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  for (const auto& [name, value] : command.environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  argv.reserve(command.argv.size() + 1);
  for (const auto& word : command.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  const int error = errno;
  const std::string line =
      fmt::format("gander: cannot execute {}: {}\n", command.argv.front(), std::strerror(error));
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) _exit(125);
  _exit(error == ENOENT ? 127 : 126);
}

int code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool ignores_hangup() {
  struct sigaction now{};
  return sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

/// Passes on what came from another process; the terminal signals its whole foreground group. But
/// of its end the kernel tells the leader of the session alone, and that may be this program.
/// Returns whether the terminal closed; under nohup that does not count.
bool pass_on(int file, pid_t to) {
  bool closed = false;
  signalfd_siginfo signal{};
  while (read(file, &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal)) {
    const int number = static_cast<int>(signal.ssi_signo);
    const bool is_kernel = signal.ssi_code == SI_KERNEL;
    if (number == SIGCHLD || (is_kernel && number != SIGHUP)) continue;
    kill(to, number);
    if (number == SIGHUP) kill(to, SIGCONT);
    closed = closed || (is_kernel && !ignores_hangup());
  }
  return closed;
}

/// Waits for children that ended; the command's status, or -1 while it runs.
int reap(const Command& command, pid_t pid) {
  int status = 0;
  int found = -1;
  for (pid_t child = waitpid(-1, &status, WNOHANG); child > 0;
       child = waitpid(-1, &status, WNOHANG)) {
    if (child == pid) {
      found = status;
    } else if (command.reaped) {
      command.reaped(child);
    }
  }
  return found;
}

}  // namespace

SignalsHeld::SignalsHeld() : old_(sizeof(sigset_t)) {
  const sigset_t set = awaited();
  sigset_t old;
  std::signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_BLOCK, &set, &old);
  std::memcpy(old_.data(), &old, sizeof old);
  file_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

SignalsHeld::~SignalsHeld() {
  if (file_ >= 0) close(file_);
  sigset_t old;
  std::memcpy(&old, old_.data(), sizeof old);
  sigprocmask(SIG_SETMASK, &old, nullptr);
}

Result<int> run_command(const Command& command, const SignalsHeld& signals) {
  const pid_t self = getpid();
  const pid_t pid = fork();
  if (pid == 0) execute(command, self);
  if (pid < 0) {
    return fail(gander::Fault::operating_system,
                fmt::format("cannot start {}: {}", command.argv.front(), std::strerror(errno)));
  }
  if (command.started) command.started(pid);
  std::optional<Time::time_point> end;
  for (;;) {
    const int status = reap(command, pid);
    if (status >= 0) return code_of(status);
    if (command.look) command.look();
    pollfd ready{signals.file(), POLLIN, 0};
    poll(&ready, 1, look_every_ms);
    if (pass_on(signals.file(), pid) && !end) end = Time::now() + hangup_grace;
    if (end && Time::now() >= *end) kill(pid, SIGKILL);
  }
}

}  // namespace gander::sim
