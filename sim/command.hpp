// SPDX-License-Identifier: Apache-2.0
// Runs a command beside which something has to be looked after, passing signals on to it. It must
// not know of machines.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gander/result.hpp"

namespace gander::sim {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// While one lives, the signals of `Command` wait for it instead of acting, and so are not lost
/// between starting something and running the command. Restores the mask at its end.
class SignalsHeld {
 public:
  SignalsHeld();
  ~SignalsHeld();
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_;
  std::vector<unsigned char> old_;
};

/// A command to run with additions to the environment.
struct Command {
  std::vector<std::string> argv;
  Environment environment;
  std::function<void(pid_t)> started;  ///< told its pid; may be empty
  std::function<void()> look;          ///< called at least twice a second; may be empty
  std::function<void(pid_t)> reaped;   ///< another child ended; may be empty
};

/// Runs it and waits. Signals from elsewhere are passed on; the terminal's reach it anyway. When
/// the terminal closes, the command has two seconds to end, unless SIGHUP is ignored. Returns its
/// code, 128 + signal, 126 (not executable) or 127 (not found).
Result<int> run_command(const Command& command, const SignalsHeld& signals);

}  // namespace gander::sim
