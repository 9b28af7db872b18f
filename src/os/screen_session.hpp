// SPDX-License-Identifier: Apache-2.0
// A terminal in raw mode on its other screen, given back as it was however the program ends. Knows
// nothing of what is drawn there.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "os/terminal.hpp"

namespace gander::os {

/// What ended a wait; several may be true at once.
struct Wakeup {
  bool has_input = false;
  bool has_resized = false;
  bool was_resumed = false;  ///< Back from Ctrl-Z: everything must be drawn again.
  bool was_rung = false;     ///< Another thread called `ring`.
  bool must_stop = false;    ///< TSTP from outside: call `suspend`.
  bool must_end = false;     ///< TERM, HUP, INT from outside, or the terminal is gone.
};

/// One at a time in a process: it installs signal handlers.
class ScreenSession {
 public:
  /// Takes the terminal over: raw mode, other screen, hidden cursor, mouse and paste
  /// reports. `input` and `output` are descriptors of the same terminal. Fails with
  /// operating_system where they are none.
  static Result<std::unique_ptr<ScreenSession>> open(int input, int output);
  ScreenSession(const ScreenSession&) = delete;
  ScreenSession& operator=(const ScreenSession&) = delete;
  /// Gives the terminal back.
  ~ScreenSession();

  /// Waits for something to do, at most `timeout`.
  Wakeup wait(std::chrono::milliseconds timeout);
  /// What was typed; empty if nothing is there now.
  [[nodiscard]] std::string read_input();
  /// Writes as much as the terminal takes now; returns how many bytes were taken. Never blocks.
  [[nodiscard]] std::size_t write_some(std::string_view bytes);
  /// Whether the terminal takes bytes now.
  [[nodiscard]] bool can_write() const;
  [[nodiscard]] TerminalSize size() const;
  /// Ends a `wait` from another thread.
  void ring();
  /// Gives the terminal back, stops the process as Ctrl-Z does, and takes it over again.
  void suspend();

 private:
  struct State;
  explicit ScreenSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gander::os
