// SPDX-License-Identifier: Apache-2.0
// The file a simulated machine lives in: created by the launcher, opened by whoever changes or
// reads it. It must not know how a machine is described.
#pragma once

#include <string>
#include <utility>

#include "gander/result.hpp"
#include "sim/nvml/state.hpp"
#include "sim/nvml/state_wait.hpp"

namespace gander::sim {

/// Owns the mapping of `<folder>/state`. Moving it keeps the address of the state.
class StateFile {
 public:
  /// Makes a fresh state file (replacing an older one) with magic, layout, size and a wall clock
  /// starting now. Everything else is zero.
  static Result<StateFile> create(const std::string& folder);
  /// Opens an existing one for reading and writing. Fails with not_found, no_permission, or
  /// invalid_data where it is not a state file of this layout.
  static Result<StateFile> open(const std::string& folder);

  StateFile(StateFile&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)), file_(std::exchange(other.file_, -1)) {}
  StateFile& operator=(StateFile&& other) noexcept;
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;
  ~StateFile();

  [[nodiscard]] State& state() { return *state_; }
  [[nodiscard]] const State& state() const { return *state_; }

  /// Runs `edit(State&)` as one change: writers of all processes take turns, and readers see all of
  /// it or nothing. `edit` must not throw or block.
  template <class Edit>
  void change(Edit edit) {
    lock();
    begin_write(*state_);
    edit(*state_);
    end_write(*state_);
    unlock();
    wake_readers(*state_);
  }

 private:
  StateFile(State* state, int file) : state_(state), file_(file) {}
  void lock();
  void unlock();
  State* state_;
  int file_;
};

}  // namespace gander::sim
