// SPDX-License-Identifier: Apache-2.0
// How much may be on its way to the terminal. Between it and us stand buffers that take far more
// than a slow line carries: who fills them shows the past. Knows no terminal, only bytes and time.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace gander::tui {

/// Frames that nobody pressed a key for are let through as long as there is credit: what every
/// line can carry, or as much more as the terminal says that it has shown. Frames after a key
/// always go; they count all the same.
class OutputFlow {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Bytes that may be on their way before others are held back.
  static constexpr double most_credit = 8.0 * 1024;
  /// Bytes a second that are taken for granted; slow lines of our days carry 16 KB/s.
  static constexpr double sure_rate = 12.0 * 1024;
  /// A terminal that has not answered by then does not answer at all.
  static constexpr std::chrono::seconds longest_answer{2};

  explicit OutputFlow(Time now) : counted_(now) {}
  void note_sent(std::size_t bytes, Time now);
  /// Whether the terminal should be asked to say when it has come this far. Asked again while it
  /// has not answered, it would only have more to do.
  [[nodiscard]] bool should_ask(Time now) const;
  /// The question stands behind all that was noted as sent.
  void note_question(Time now);
  void note_answer(Time now);
  /// Whether an answer may still come.
  [[nodiscard]] bool is_asking(Time now) const;
  /// How long to hold back a frame that nobody asked for; 0: not at all.
  [[nodiscard]] std::chrono::milliseconds time_to_room(Time now) const;

 private:
  [[nodiscard]] double credit_at(Time now) const;

  double credit_ = most_credit;
  Time counted_;  ///< When `credit_` was right.
  std::optional<Time> asked_;
  double sent_since_question_ = 0;
  bool has_answered_ = false;
  int unanswered_ = 0;
};

}  // namespace gander::tui
