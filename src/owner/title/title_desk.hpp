// SPDX-License-Identifier: Apache-2.0
// Gives containers, pods and jobs the names that people gave them. Remembers what was found, and
// finds it on threads of its own: nobody who asks ever waits for a file.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "gander/owner.hpp"
#include "host/process_table.hpp"
#include "os/clock.hpp"
#include "os/root.hpp"

namespace gander::owner {

/// One thread at a time.
class TitleDesk {
 public:
  /// `clock` lives longer than the desk.
  TitleDesk(const os::Root& root, const os::Clock& clock);
  ~TitleDesk();
  TitleDesk(const TitleDesk&) = delete;
  TitleDesk& operator=(const TitleDesk&) = delete;

  /// Gives the labels of `process` their titles as far as they are known, and adds the job that its
  /// environment names where its cgroup names none. A title that was never looked for is
  /// `not_sampled`, one that was not found has the reason.
  void fill(const host::ProcessFacts& process, std::vector<Owner>& owners);
  /// Looks for what `fill` found wanting or old, and forgets what it was not asked for since the
  /// last call. Once after each round of `fill`; returns at once.
  void send();
  /// Whether another round of `fill` may say more.
  [[nodiscard]] bool has_news() const;
  /// Waits until everything was looked for, for a single look: true; false where `patience` (real
  /// time) passed before.
  bool wait(std::chrono::milliseconds patience);
  /// Whether a look for something has not come back.
  [[nodiscard]] bool is_busy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gander::owner
