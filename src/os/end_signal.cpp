// SPDX-License-Identifier: Apache-2.0
// Remembers in a flag, the only thing a signal handler may safely do.
#include "os/end_signal.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>

namespace gander::os {
namespace {

volatile sig_atomic_t end_wanted = 0;

void remember(int /*signal*/) {
  if (end_wanted != 0) ::_exit(0);
  end_wanted = 1;
}

}  // namespace

void catch_end_signals() {
  struct sigaction action{};
  action.sa_handler = remember;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : std::array{SIGINT, SIGTERM, SIGHUP}) {
    ::sigaction(signal, &action, nullptr);
  }
}

bool was_told_to_end() { return end_wanted != 0; }

}  // namespace gander::os
