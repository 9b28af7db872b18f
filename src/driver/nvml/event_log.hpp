// SPDX-License-Identifier: Apache-2.0
// What happened to devices and driver since somebody last asked, at most `capacity` of it.
#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::driver::nvml {

/// May be used from any thread; no lock is held while anything else happens.
class EventLog {
 public:
  static constexpr std::size_t capacity = 256;

  /// Keeps the event; drops it where nobody has collected for long.
  void add(Event event) {
    const std::lock_guard lock{mutex_};
    if (events_.size() < capacity) events_.push_back(std::move(event));
  }
  /// Hands all over and forgets them.
  std::vector<Event> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(events_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
};

}  // namespace gander::driver::nvml
