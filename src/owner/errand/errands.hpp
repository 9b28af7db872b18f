// SPDX-License-Identifier: Apache-2.0
// Runs jobs that read files which may never come back, on threads of its own. Must not know what
// the jobs look for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace gander::owner {

/// Where a job leaves what it found, for a thread that looks there now and then.
template <class T>
class Tray {
 public:
  void put(T value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
  }
  /// What was put there since the last call.
  std::optional<T> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::optional<T> value_;
};

/// Jobs of one lane run one after another, those of different lanes beside each other, on at most
/// `thread_limit` threads: what hangs in one file system keeps waiting what wants to go there, and
/// nobody else.
class Errands {
 public:
  static constexpr std::size_t thread_limit = 16;
  /// Jobs that may wait; more are refused.
  static constexpr std::size_t line_limit = 4096;

  /// Owns what it uses: it may outlive who sent it.
  using Job = std::function<void()>;

  Errands();
  /// Does not wait for a job that runs; its thread ends by itself, with what the job owns.
  ~Errands();
  Errands(const Errands&) = delete;
  Errands& operator=(const Errands&) = delete;

  /// Returns at once. False where too many wait, or there is no thread to be had: the job is not
  /// run, and may be sent later.
  bool send(std::string_view lane, Job job);
  /// Jobs that have come back so far; another number than before is a reason to look at the trays.
  [[nodiscard]] std::uint64_t finished() const;
  /// Whether a job waits or runs.
  [[nodiscard]] bool is_busy() const;
  /// Waits until no job waits or runs, for a single look: true; false where `patience` (real time)
  /// passed before.
  bool wait(std::chrono::milliseconds patience);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gander::owner
