// SPDX-License-Identifier: Apache-2.0
// Ends processes that are held: first asks, then insists.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "gander/process_control.hpp"
#include "gander/process_ending.hpp"

namespace gander::host {

/// A signal, and how long those who got it may take to end.
struct EndingStage {
  int signal{};
  std::chrono::milliseconds patience{};
};

/// Passes time; of a test, not really.
using Sleep = std::function<void(std::chrono::milliseconds)>;

/// Sends the signal of each stage to every process that has not ended, and waits until all have or
/// its patience is over. Who refuses a signal gets no other. Endings in the order of `processes`.
std::vector<ProcessEnding> end_in_stages(std::span<const std::unique_ptr<HeldProcess>> processes,
                                         std::span<const EndingStage> stages, const Sleep& sleep);

}  // namespace gander::host
