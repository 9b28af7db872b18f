// SPDX-License-Identifier: Apache-2.0
// Deadlines of worker threads: what hangs costs only itself, and is never waited for twice.
#include "sample/worker.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace gander::sample {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds short_deadline{20};
constexpr milliseconds long_deadline{10000};

/// A call that hangs until it is opened.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> future = opened.get_future().share();
};

Call make_hanging(Lane lane, const Gate& gate) {
  return {lane, [future = gate.future] { future.wait(); }, short_deadline};
}

Call make_counting(Lane lane, const std::shared_ptr<std::atomic<int>>& count) {
  return {lane, [count] { ++*count; }, long_deadline};
}

void wait_until_idle(const Crew& crew, Lane lane) {
  while (crew.is_busy(lane)) std::this_thread::yield();
}

TEST(Worker, RunsEveryCall) {
  Crew crew;
  auto count = std::make_shared<std::atomic<int>>(0);
  std::vector<Call> calls;
  for (Lane lane = 0; lane < 64; ++lane) calls.push_back(make_counting(lane, count));
  EXPECT_EQ(crew.run(std::move(calls)), std::vector<Outcome>(64, Outcome::done));
  EXPECT_EQ(*count, 64);
  EXPECT_FALSE(crew.has_busy());
}

TEST(Worker, NothingToDoIsDone) {
  Crew crew;
  EXPECT_TRUE(crew.run({}).empty());
}

TEST(Worker, OneHangingCallCostsOnlyItself) {
  Crew crew;
  Gate gate;
  auto count = std::make_shared<std::atomic<int>>(0);
  std::vector<Call> calls{make_counting(1, count), make_hanging(2, gate), make_counting(3, count)};
  const std::vector expected{Outcome::done, Outcome::overran, Outcome::done};
  EXPECT_EQ(crew.run(std::move(calls)), expected);
  EXPECT_EQ(*count, 2);
  EXPECT_TRUE(crew.is_busy(2));
  EXPECT_FALSE(crew.is_busy(1));
  gate.opened.set_value();
  wait_until_idle(crew, 2);
}

TEST(Worker, AStuckLaneIsNotAskedAgainUntilItComesBack) {
  Crew crew;
  Gate gate;
  auto count = std::make_shared<std::atomic<int>>(0);
  EXPECT_EQ(crew.run({make_hanging(7, gate)}).front(), Outcome::overran);
  EXPECT_EQ(crew.run({make_counting(7, count)}).front(), Outcome::busy);
  EXPECT_EQ(*count, 0);
  gate.opened.set_value();
  wait_until_idle(crew, 7);
  EXPECT_EQ(crew.run({make_counting(7, count)}).front(), Outcome::done);
  EXPECT_EQ(*count, 1);
}

TEST(Worker, CallsBehindASlowOneGoOnBesideIt) {
  Crew crew{milliseconds(1)};
  Gate gate;
  auto slow = make_hanging(1, gate);
  slow.deadline = long_deadline;
  Call quick{2, [&gate] { gate.opened.set_value(); }, long_deadline};
  EXPECT_EQ(crew.run({slow, quick}), std::vector<Outcome>(2, Outcome::done));
}

TEST(Worker, AStepThatTakesTooLongEndsTheWait) {
  Crew crew;
  Gate gate;
  auto call = make_hanging(1, gate);
  call.deadline = std::chrono::hours(1);
  call.step = short_deadline;
  call.step_began = [begin = std::chrono::steady_clock::now()] { return begin; };
  EXPECT_EQ(crew.run({std::move(call)}).front(), Outcome::overran);
  gate.opened.set_value();
}

TEST(Worker, ACallThatGoesOnStepByStepIsWaitedFor) {
  Crew crew;
  auto gate = std::make_shared<Gate>();
  auto call = make_hanging(1, *gate);
  call.deadline = std::chrono::hours(1);
  call.step = short_deadline;
  // New steps begin for longer than one of them may take; then the call comes back.
  call.step_began = [gate, count = 0]() mutable {
    if (++count == 10) gate->opened.set_value();
    return std::chrono::steady_clock::now();
  };
  EXPECT_EQ(crew.run({std::move(call)}).front(), Outcome::done);
}

TEST(Worker, ManyHangingCallsCostOneDeadline) {
  Crew crew;
  Gate gate;
  std::vector<Call> calls;
  for (Lane lane = 0; lane < 20; ++lane) {
    calls.push_back(make_hanging(lane, gate));
    calls.back().deadline = milliseconds(200);
  }
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(crew.run(std::move(calls)), std::vector<Outcome>(20, Outcome::overran));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(2000));
  gate.opened.set_value();
  for (Lane lane = 0; lane < 20; ++lane) wait_until_idle(crew, lane);
  crew.dismiss_idle();
  EXPECT_FALSE(crew.has_busy());
}

TEST(Worker, ACrewMayEndBeforeItsStuckCall) {
  Gate gate;
  std::promise<void> ended;
  auto resource = std::make_shared<int>(42);
  std::weak_ptr<int> watch = resource;
  {
    Crew crew;
    Call call{1,
              [future = gate.future, resource, &ended] {
                future.wait();
                EXPECT_EQ(*resource, 42);
                ended.set_value();
              },
              short_deadline};
    EXPECT_EQ(crew.run({std::move(call)}).front(), Outcome::overran);
  }
  resource.reset();
  EXPECT_FALSE(watch.expired());
  gate.opened.set_value();
  ended.get_future().wait();
}

TEST(Worker, HurryEndsAWaitAtOnce) {
  Crew crew;
  Gate gate;
  auto call = make_hanging(1, gate);
  call.deadline = std::chrono::hours(1);
  auto outcome =
      std::async(std::launch::async, [&] { return crew.run({std::move(call)}).front(); });
  crew.hurry();
  EXPECT_EQ(outcome.get(), Outcome::overran);
  gate.opened.set_value();
}

}  // namespace
}  // namespace gander::sample
