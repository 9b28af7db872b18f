// SPDX-License-Identifier: Apache-2.0
// A bucket of bytes that time fills, and answers of the terminal at once.
#include "tui/app/output_flow.hpp"

#include <algorithm>
#include <cmath>

namespace gander::tui {
namespace {

/// More debt than this would hold frames back for longer than anybody waits.
constexpr double most_debt = 8.0 * 1024;
/// A terminal that let so many questions pass is not asked any more.
constexpr int most_unanswered = 3;

}  // namespace

double OutputFlow::credit_at(Time now) const {
  // Who answers says what the line carries: time alone proves nothing while an answer is due.
  if (has_answered_ && is_asking(now)) return credit_;
  const std::chrono::duration<double> passed = now - counted_;
  return std::min(most_credit, credit_ + passed.count() * sure_rate);
}

bool OutputFlow::is_asking(Time now) const { return asked_ && now - *asked_ < longest_answer; }

void OutputFlow::note_sent(std::size_t bytes, Time now) {
  const auto count = static_cast<double>(bytes);
  credit_ = std::max(-most_debt, credit_at(now) - count);
  counted_ = now;
  sent_since_question_ += count;
}

bool OutputFlow::should_ask(Time now) const {
  return !is_asking(now) && unanswered_ < most_unanswered && credit_at(now) < most_credit / 2;
}

void OutputFlow::note_question(Time now) {
  credit_ = credit_at(now);
  counted_ = now;
  ++unanswered_;
  asked_ = now;
  sent_since_question_ = 0;
}

void OutputFlow::note_answer(Time now) {
  if (!asked_) return;
  asked_.reset();
  unanswered_ = 0;
  has_answered_ = true;
  credit_ = std::max(-most_debt, most_credit - sent_since_question_);
  counted_ = now;
}

std::chrono::milliseconds OutputFlow::time_to_room(Time now) const {
  const double credit = credit_at(now);
  if (credit > 0) return std::chrono::milliseconds{0};
  const double seconds = (1 - credit) / sure_rate;
  return std::chrono::milliseconds{static_cast<long>(std::ceil(seconds * 1000))};
}

}  // namespace gander::tui
