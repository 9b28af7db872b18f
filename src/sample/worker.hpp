// SPDX-License-Identifier: Apache-2.0
// Threads that make calls which may never come back, for a caller who never waits past a
// deadline. Knows nothing of drivers or devices: a call is a function, what it is about a lane.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace gander::sample {

/// What must not be asked twice at the same time: one device, or the driver as a whole.
using Lane = std::uint64_t;

/// One call. `run` owns what it touches (shared pointers): it may end after everybody else.
struct Call {
  Lane lane{};
  std::function<void()> run;
  std::chrono::milliseconds deadline{};  ///< Real time, from the moment the call begins.
  /// Longest time for one step of it; only where `step_began` is given.
  std::chrono::milliseconds step{};
  /// When the present step of the call began; asked from the waiting thread.
  std::function<std::chrono::steady_clock::time_point()> step_began = {};
};

/// How long calls wait in line behind one that is slow, before they go on beside it.
inline constexpr std::chrono::milliseconds default_patience{50};

enum class Outcome : std::uint8_t {
  done,     ///< Came back; what `run` wrote may be read.
  overran,  ///< It, or one step of it, did not come back in time; it goes on by itself.
  busy,     ///< Not asked: an earlier call of this lane has not come back.
};

/// Worker threads of one driver. All calls share one worker while they are quick; where one is
/// slow, those behind it go on, each on a worker of its own, so that any number of hung devices
/// costs one deadline and not one each. The worker of a call that overruns belongs to the lane of
/// this call for good. A stuck worker is never cancelled and never joined: at the end it is left to
/// itself. `run` is called from one thread at a time; the rest from any thread.
class Crew {
 public:
  explicit Crew(std::chrono::milliseconds patience = default_patience);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Makes the calls and waits until each has come back or overrun; outcomes in the same order.
  std::vector<Outcome> run(std::vector<Call> calls);
  /// Whether a call of the lane has not come back yet. Once this is false, what the call wrote
  /// may be read.
  [[nodiscard]] bool is_busy(Lane lane) const;
  /// Whether any call has not come back yet.
  [[nodiscard]] bool has_busy() const;
  /// Ends the idle workers that belong to a lane, for lanes that are used no more.
  void dismiss_idle();
  /// Makes every wait of `run`, now and later, end at once: for leaving.
  void hurry();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gander::sample
