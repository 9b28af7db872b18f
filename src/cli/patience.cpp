// SPDX-License-Identifier: Apache-2.0
// A thread that waits, and speaks only if nobody ends it.
#include "cli/patience.hpp"

#include <chrono>
#include <utility>

#include "cli/print.hpp"

namespace gander::cli {
namespace {

constexpr std::chrono::seconds silence{3};

}  // namespace

Patience::Patience(std::string message)
    : watcher_([this, text = std::move(message)] {
        std::unique_lock lock{mutex_};
        if (!changed_.wait_for(lock, silence, [this] { return is_over_; })) complain(text);
      }) {}

Patience::~Patience() {
  {
    const std::lock_guard lock{mutex_};
    is_over_ = true;
  }
  changed_.notify_one();
  watcher_.join();
}

}  // namespace gander::cli
