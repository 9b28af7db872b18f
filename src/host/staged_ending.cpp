// SPDX-License-Identifier: Apache-2.0
// Body of staged_ending.hpp.
#include "host/staged_ending.hpp"

#include <algorithm>
#include <cstddef>

namespace gander::host {
namespace {

using std::chrono::milliseconds;

/// Between two looks at who is still there.
constexpr milliseconds between_looks{20};

class Round {
 public:
  Round(std::span<const std::unique_ptr<HeldProcess>> processes,
        std::vector<ProcessEnding>& endings)
      : processes_(processes), endings_(endings) {}

  /// Notes who has ended; whether anybody is left to wait for.
  bool has_open() {
    bool is_open = false;
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      if (!is_awaited(i)) continue;
      if (processes_[i]->has_ended()) {
        endings_[i].kind = EndingKind::ended;
      } else {
        is_open = true;
      }
    }
    return is_open;
  }

  void send(int signal) {
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      if (!is_awaited(i)) continue;
      const auto sent = processes_[i]->send_signal(signal);
      auto& ending = endings_[i];
      if (sent) {
        ending.kind = EndingKind::stayed;
        ending.signal = signal;
      } else if (sent.error().fault == Fault::not_found) {
        ending.kind = EndingKind::ended;
      } else {
        ending.kind = EndingKind::refused;
        ending.error = sent.error();
      }
    }
  }

 private:
  [[nodiscard]] bool is_awaited(std::size_t i) const {
    return endings_[i].kind == EndingKind::pending || endings_[i].kind == EndingKind::stayed;
  }

  std::span<const std::unique_ptr<HeldProcess>> processes_;
  std::vector<ProcessEnding>& endings_;
};

}  // namespace

std::vector<ProcessEnding> end_in_stages(std::span<const std::unique_ptr<HeldProcess>> processes,
                                         std::span<const EndingStage> stages, const Sleep& sleep) {
  std::vector<ProcessEnding> endings(processes.size());
  Round round{processes, endings};
  for (const auto& stage : stages) {
    if (!round.has_open()) break;
    round.send(stage.signal);
    for (milliseconds waited{}; waited < stage.patience && round.has_open();) {
      const auto pause = std::min(between_looks, stage.patience - waited);
      sleep(pause);
      waited += pause;
    }
  }
  static_cast<void>(round.has_open());
  return endings;
}

}  // namespace gander::host
