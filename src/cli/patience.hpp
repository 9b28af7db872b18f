// SPDX-License-Identifier: Apache-2.0
// Tells a person why nothing happens while something slow is under way.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace gander::cli {

/// Writes one line to standard error if it still lives after three seconds: a first call without
/// the persistence daemon takes seconds for each GPU, and a driver may hang.
class Patience {
 public:
  explicit Patience(std::string message);
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;
  ~Patience();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;
  std::thread watcher_;
};

}  // namespace gander::cli
