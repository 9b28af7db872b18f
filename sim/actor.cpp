// SPDX-License-Identifier: Apache-2.0
// A placeholder process: has the command line and environment it was started with, burns its share
// of a processor, starts its children, and ends when the launcher ends, however that ends.
// It must not know anything of GPUs.
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "sim/actor_spec.hpp"

namespace {

using gander::sim::ActorSpec;
namespace sim = gander::sim;

constexpr int period_ms = 100;

std::string read_all(int file) {
  std::string bytes;
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

/// The short name the kernel shows: the last part of argv[0].
void take_name(const std::string& argv0) {
  prctl(PR_SET_NAME, argv0.substr(argv0.rfind('/') + 1).c_str());
}

void take_user(const ActorSpec& spec) {
  if (!spec.change_user || geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setgid(spec.gid) != 0 || setuid(spec.uid) != 0) _exit(126);
  // Otherwise /proc/PID would belong to root.
  prctl(PR_SET_DUMPABLE, 1);
}

/// Asks the kernel to end us with our parent; it forgets that when the user changes.
void end_with_parent() { prctl(PR_SET_PDEATHSIG, SIGKILL); }

/// True when the launcher has ended, waiting up to `milliseconds` for it.
bool launcher_ended(int milliseconds) {
  pollfd life{sim::actor_life_fd, POLLIN, 0};
  return poll(&life, 1, milliseconds) > 0 && (life.revents & (POLLHUP | POLLERR | POLLIN)) != 0;
}

void burn(long microseconds) {
  timespec start{};
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (;;) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long passed =
        (now.tv_sec - start.tv_sec) * 1'000'000 + (now.tv_nsec - start.tv_nsec) / 1000;
    if (passed >= microseconds) return;
  }
}

/// Works `permille` of each period and waits out the rest; returns when the launcher has ended.
void live(std::uint32_t permille) {
  const long busy_us = static_cast<long>(permille) * period_ms;
  const int idle_ms = period_ms - static_cast<int>(busy_us / 1000);
  if (permille == 0) {
    while (!launcher_ended(-1)) continue;
    return;
  }
  while (!launcher_ended(idle_ms)) burn(busy_us);
}

/// Our number as whoever mounted /proc sees it: in a namespace of our own getpid tells another.
int outer_pid() {
  char link[24]{};
  const ssize_t size = readlink("/proc/self", link, sizeof link - 1);
  const int pid = size > 0 ? std::atoi(link) : 0;
  return pid > 0 ? pid : getpid();
}

void report(const ActorSpec& spec) {
  char line[48];
  const int length = std::snprintf(line, sizeof line, "%u %d\n", spec.id, outer_pid());
  if (write(sim::actor_report_fd, line, static_cast<std::size_t>(length)) != length) _exit(125);
}

void start_children(const ActorSpec& spec) {
  if (spec.children.empty()) return;
  const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  for (const ActorSpec& child : spec.children) {
    if (sim::start_actor(self, child, {sim::actor_life_fd, sim::actor_report_fd}) < 0) _exit(124);
  }
  close(self);
}

void settle(const ActorSpec& spec) {
  take_name(spec.argv.front());
  if (spec.own_session) setsid();
  std::signal(SIGCHLD, SIG_IGN);
  // Before the user changes: a child may be somebody else's.
  start_children(spec);
  take_user(spec);
  end_with_parent();
  if (spec.stubborn) std::signal(SIGTERM, SIG_IGN);
  report(spec);
  close(sim::actor_report_fd);
}

}  // namespace

int main() {
  end_with_parent();
  const auto spec = gander::sim::read_actor_spec(read_all(gander::sim::actor_spec_fd));
  if (!spec) {
    std::fputs("gander-sim-actor is started by \"gander sim\" only\n", stderr);
    return 2;
  }
  close(gander::sim::actor_spec_fd);
  if (launcher_ended(0)) return 0;
  settle(*spec);
  if (spec->ended) return 0;
  for (std::uint32_t more = 1000; more < spec->cpu_permille; more += 1000) {
    const std::uint32_t left = spec->cpu_permille - more;
    std::thread{live, left < 1000 ? left : 1000}.detach();
  }
  live(spec->cpu_permille < 1000 ? spec->cpu_permille : 1000);
  // Threads may still be at work; nothing needs cleaning up.
  _exit(0);
}
