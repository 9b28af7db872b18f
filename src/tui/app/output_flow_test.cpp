// SPDX-License-Identifier: Apache-2.0
// Lines of all speeds, with terminals that answer and such that do not.
#include "tui/app/output_flow.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace gander::tui {
namespace {

using std::chrono::milliseconds;
using Time = OutputFlow::Time;

/// A line that carries so many bytes a second, with endless buffers before it.
struct Line {
  double rate{};
  bool answers{};
  double queued = 0;
  double worst = 0;
  double carried = 0;
  std::deque<double> questions{};  ///< Bytes before each that are not yet through.

  void send(double bytes) {
    queued += bytes;
    worst = std::max(worst, queued);
  }
  /// Carries what it can; returns how many questions came through.
  int pass(milliseconds time) {
    const double taken = std::min(queued, rate * static_cast<double>(time.count()) / 1000);
    queued -= taken;
    carried += taken;
    int through = 0;
    for (double& before : questions) before -= taken;
    while (!questions.empty() && questions.front() <= 0) {
      questions.pop_front();
      ++through;
    }
    return answers ? through : 0;
  }
};

/// Frames of so many bytes as often as there is room, for ten seconds; the first is four times as
/// long.
Line run(Line line, double frame) {
  const Time begin{};
  OutputFlow flow{begin};
  for (milliseconds now{0}; now < milliseconds{10000}; now += milliseconds{10}) {
    const Time time = begin + now;
    for (int answers = line.pass(milliseconds{10}); answers > 0; --answers) flow.note_answer(time);
    if (flow.time_to_room(time) > milliseconds{0}) continue;
    const double bytes = now.count() == 0 ? 4 * frame : frame;
    flow.note_sent(static_cast<std::size_t>(bytes), time);
    line.send(bytes);
    if (!flow.should_ask(time)) continue;
    flow.note_question(time);
    line.questions.push_back(line.queued);
  }
  return line;
}

TEST(OutputFlow, ASlowLineNeverOwesASecond) {
  for (const bool answers : {true, false}) {
    const Line line = run({.rate = 16.0 * 1024, .answers = answers}, 3000);
    EXPECT_LT(line.queued, line.rate) << answers;
    EXPECT_LT(line.worst, line.rate + 1) << answers;
    // And it is used: not half of it stays empty.
    EXPECT_GT(line.carried, 10 * line.rate / 2) << answers;
  }
}

TEST(OutputFlow, AFastTerminalThatAnswersIsNotHeldBack) {
  const Line line = run({.rate = 10.0 * 1024 * 1024, .answers = true}, 3000);
  EXPECT_GT(line.carried, 900 * 3000.0);
}

TEST(OutputFlow, ATerminalThatDoesNotAnswerGetsWhatEveryLineCarries) {
  const Line line = run({.rate = 10.0 * 1024 * 1024, .answers = false}, 3000);
  EXPECT_NEAR(line.carried / 10, OutputFlow::sure_rate, OutputFlow::sure_rate / 5);
}

TEST(OutputFlow, AnEvenSlowerLineIsHeardToo) {
  const Line line = run({.rate = 8.0 * 1024, .answers = true}, 1500);
  EXPECT_LT(line.queued, line.rate * 3 / 2);
}

TEST(OutputFlow, AsksOnlyWhereMuchIsSent) {
  Time now{};
  OutputFlow flow{now};
  // A usual frame each second says nothing of the line, and asks it nothing.
  for (int i = 0; i < 100; ++i) {
    flow.note_sent(2500, now);
    EXPECT_FALSE(flow.should_ask(now));
    EXPECT_EQ(flow.time_to_room(now), milliseconds{0});
    now += milliseconds{1000};
  }
}

TEST(OutputFlow, GivesUpAskingWhoNeverAnswers) {
  Time now{};
  OutputFlow flow{now};
  int questions = 0;
  for (int i = 0; i < 1000; ++i) {
    flow.note_sent(4000, now);
    if (flow.should_ask(now)) {
      flow.note_question(now);
      ++questions;
    }
    now += milliseconds{100};
  }
  EXPECT_EQ(questions, 3);
  EXPECT_FALSE(flow.is_asking(now));
}

TEST(OutputFlow, AnAnswerToNothingChangesNothing) {
  const Time now{};
  OutputFlow flow{now};
  flow.note_sent(100000, now);
  flow.note_answer(now);
  EXPECT_GT(flow.time_to_room(now), milliseconds{0});
}

}  // namespace
}  // namespace gander::tui
