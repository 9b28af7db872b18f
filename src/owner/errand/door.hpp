// SPDX-License-Identifier: Apache-2.0
// What hangs, for tests only: a door that jobs wait at until it is opened.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace gander::owner {

/// Real time after which a test has failed; nothing waits for so long where all is well.
inline constexpr std::chrono::seconds patience{60};

/// A door that jobs wait at; owned by all who use it, because a job may outlive the test.
class Door {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  [[nodiscard]] bool has_waiting(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool is_open_ = false;
};

}  // namespace gander::owner
