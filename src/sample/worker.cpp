// SPDX-License-Identifier: Apache-2.0
// The worker threads behind deadlines. Everything they share is guarded by one mutex and owned
// together, so that a thread which comes back after the crew is gone finds nothing pulled away.
#include "sample/worker.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace gander::sample {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A call on its way, and what became of it.
struct Task {
  Call call;
  std::optional<Outcome> outcome;
};
using TaskPointer = std::shared_ptr<Task>;

}  // namespace

struct Crew::State {
  /// One thread and the calls before it.
  struct Worker {
    std::thread thread;
    std::condition_variable wake;
    std::deque<TaskPointer> queue;
    TaskPointer running;
    SteadyTime since;
    bool is_ending = false;
  };
  using WorkerPointer = std::shared_ptr<Worker>;

  explicit State(std::chrono::milliseconds wait) : patience(wait) {}

  const std::chrono::milliseconds patience;
  std::mutex mutex;
  std::condition_variable settled;
  WorkerPointer common;
  std::map<Lane, WorkerPointer> own;
  std::vector<WorkerPointer> spare;   ///< Carry on beside a slow worker, for one run only.
  std::vector<WorkerPointer> called;  ///< Have something to do, and do not know it yet.
  std::size_t open_tasks = 0;         ///< Of the present run.
  bool is_hurried = false;

  [[nodiscard]] static bool is_busy(const WorkerPointer& worker) {
    return worker != nullptr && (worker->running != nullptr || !worker->queue.empty());
  }

  void settle(Task& task, Outcome outcome) {
    if (task.outcome.has_value()) return;
    task.outcome = outcome;
    --open_tasks;
  }

  static WorkerPointer hire(const std::shared_ptr<State>& state) {
    auto worker = std::make_shared<Worker>();
    worker->thread = std::thread([state, worker] { work(*state, *worker); });
    return worker;
  }

  /// The life of one thread.
  static void work(State& state, Worker& worker) {
    std::unique_lock lock(state.mutex);
    for (;;) {
      worker.wake.wait(lock, [&] { return worker.is_ending || !worker.queue.empty(); });
      if (worker.queue.empty()) return;
      worker.running = std::move(worker.queue.front());
      worker.queue.pop_front();
      worker.since = std::chrono::steady_clock::now();
      lock.unlock();
      worker.running->call.run();
      lock.lock();
      const auto finished = std::exchange(worker.running, nullptr);
      state.settle(*finished, Outcome::done);
      if (state.open_tasks > 0) continue;
      // Who is woken while we hold the mutex would only wait for it.
      lock.unlock();
      state.settled.notify_all();
      lock.lock();
    }
  }

  /// Ends the thread of a worker if it is idle, leaves it to itself otherwise.
  static void part_with(std::unique_lock<std::mutex>& lock, const WorkerPointer& worker) {
    if (worker == nullptr) return;
    const bool is_stuck = is_busy(worker);
    worker->is_ending = true;
    worker->queue.clear();
    worker->wake.notify_all();
    if (is_stuck) {
      worker->thread.detach();
      return;
    }
    lock.unlock();
    worker->thread.join();
    lock.lock();
  }

  void give(const WorkerPointer& worker, TaskPointer task) {
    worker->queue.push_back(std::move(task));
    if (called.empty() || called.back() != worker) called.push_back(worker);
  }

  /// Wakes those that were given something, without the mutex, for which they would wait.
  void wake_called(std::unique_lock<std::mutex>& lock) {
    const auto woken = std::exchange(called, {});
    lock.unlock();
    for (const auto& worker : woken) worker->wake.notify_one();
    lock.lock();
  }

  void hand_out(const std::shared_ptr<State>& self, const TaskPointer& task) {
    const auto found = own.find(task->call.lane);
    if (found == own.end()) {
      if (common == nullptr) common = hire(self);
      give(common, task);
    } else if (is_busy(found->second)) {
      settle(*task, Outcome::busy);
    } else {
      give(found->second, task);
    }
  }

  /// Takes a worker whose call overran out of the way.
  void set_aside(const WorkerPointer& worker) {
    settle(*worker->running, Outcome::overran);
    own[worker->running->call.lane] = worker;
    if (common == worker) common = nullptr;
    std::erase(spare, worker);
  }

  /// Lets the calls behind a slow one go on beside it.
  void spread(const std::shared_ptr<State>& self, const WorkerPointer& worker) {
    for (auto& task : std::exchange(worker->queue, {})) {
      spare.push_back(hire(self));
      give(spare.back(), std::move(task));
    }
  }

  /// The workers with a call of the present run, which is still waited for.
  [[nodiscard]] std::vector<WorkerPointer> awaited() const {
    std::vector<WorkerPointer> found;
    const auto add = [&](const WorkerPointer& worker) {
      if (worker != nullptr && worker->running != nullptr && !worker->running->outcome) {
        found.push_back(worker);
      }
    };
    add(common);
    for (const auto& [lane, worker] : own) add(worker);
    for (const auto& worker : spare) add(worker);
    return found;
  }

  /// When the present step of a worker's call becomes too long.
  static SteadyTime end_of_step(const Worker& worker) {
    const Call& call = worker.running->call;
    if (!call.step_began) return SteadyTime::max();
    return std::max(worker.since, call.step_began()) + call.step;
  }

  /// Sets aside every worker past a deadline; returns when the next one may be.
  SteadyTime check_deadlines(const std::shared_ptr<State>& self) {
    const auto now = std::chrono::steady_clock::now();
    auto next = now + std::chrono::milliseconds(50);  // a worker that has not begun has no deadline
    for (const auto& worker : awaited()) {
      const auto end = worker->since + worker->running->call.deadline;
      const auto step_end = end_of_step(*worker);
      const auto spread_at = worker->since + patience;
      const bool is_late = is_hurried || std::min(end, step_end) <= now;
      if (is_late || spread_at <= now) spread(self, worker);
      if (is_late) {
        set_aside(worker);
        next = now;
      } else {
        next = std::min({next, end, step_end});
        if (!worker->queue.empty()) next = std::min(next, spread_at);
      }
    }
    return next;
  }

  /// Where we leave, calls that have not begun are not made.
  void drop_waiting() {
    const auto drop = [this](const WorkerPointer& worker) {
      if (worker == nullptr) return;
      for (const auto& task : worker->queue) settle(*task, Outcome::overran);
      worker->queue.clear();
    };
    drop(common);
    for (const auto& [lane, worker] : own) drop(worker);
    for (const auto& worker : spare) drop(worker);
  }
};

Crew::Crew(std::chrono::milliseconds patience) : state_(std::make_shared<State>(patience)) {}

Crew::~Crew() {
  std::unique_lock lock(state_->mutex);
  State::part_with(lock, std::exchange(state_->common, nullptr));
  for (const auto& [lane, worker] : std::exchange(state_->own, {})) {
    State::part_with(lock, worker);
  }
}

std::vector<Outcome> Crew::run(std::vector<Call> calls) {
  auto& state = *state_;
  std::vector<TaskPointer> tasks;
  std::unique_lock lock(state.mutex);
  state.open_tasks = calls.size();
  for (auto& call : calls) {
    tasks.push_back(std::make_shared<Task>(Task{std::move(call), std::nullopt}));
    state.hand_out(state_, tasks.back());
  }
  while (state.open_tasks > 0) {
    if (state.is_hurried) state.drop_waiting();
    const auto next = state.check_deadlines(state_);
    if (!state.called.empty()) {
      state.wake_called(lock);
    } else if (state.open_tasks > 0) {
      state.settled.wait_until(lock, next);
    }
  }
  for (const auto& worker : std::exchange(state.spare, {})) State::part_with(lock, worker);
  std::vector<Outcome> outcomes;
  outcomes.reserve(tasks.size());
  for (const auto& task : tasks) outcomes.push_back(task->outcome.value_or(Outcome::overran));
  return outcomes;
}

bool Crew::is_busy(Lane lane) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->own.find(lane);
  return found != state_->own.end() && State::is_busy(found->second);
}

bool Crew::has_busy() const {
  const std::lock_guard lock(state_->mutex);
  return std::any_of(state_->own.begin(), state_->own.end(),
                     [](const auto& entry) { return State::is_busy(entry.second); });
}

void Crew::dismiss_idle() {
  std::unique_lock lock(state_->mutex);
  std::vector<State::WorkerPointer> idle;
  for (const auto& [lane, worker] : state_->own) {
    if (!State::is_busy(worker)) idle.push_back(worker);
  }
  std::erase_if(state_->own, [](const auto& entry) { return !State::is_busy(entry.second); });
  for (const auto& worker : idle) State::part_with(lock, worker);
}

void Crew::hurry() {
  const std::lock_guard lock(state_->mutex);
  state_->is_hurried = true;
  state_->settled.notify_all();
}

}  // namespace gander::sample
