// SPDX-License-Identifier: Apache-2.0
// One mutex guards everything; it is never held while a job runs.
#include "owner/errand/errands.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace gander::owner {

struct Errands::State {
  struct Errand {
    std::string lane;
    Job job;
  };

  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable settled;
  std::deque<Errand> line;
  std::map<std::string, std::size_t, std::less<>> lanes;  ///< Jobs that wait or run, of each.
  std::set<std::string, std::less<>> taken;               ///< Lanes in which a job runs.
  std::vector<std::thread> threads;
  std::set<std::thread::id> running;  ///< Threads that are in a job.
  std::uint64_t finished = 0;
  bool is_ending = false;

  [[nodiscard]] bool is_settled() const { return lanes.empty(); }

  /// The first job whose lane is free.
  [[nodiscard]] auto find_next() {
    return std::ranges::find_if(
        line, [this](const Errand& errand) { return !taken.contains(errand.lane); });
  }

  /// The life of one thread.
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return is_ending || find_next() != line.end(); });
      if (is_ending) return;
      const auto next = find_next();
      auto errand = std::move(*next);
      line.erase(next);
      taken.insert(errand.lane);
      running.insert(std::this_thread::get_id());
      lock.unlock();
      errand.job();
      errand.job = nullptr;  // What it owns goes before anybody hears that it is done.
      lock.lock();
      running.erase(std::this_thread::get_id());
      taken.erase(errand.lane);
      leave(errand.lane);
      ++finished;
      if (is_settled()) settled.notify_all();
      wake.notify_one();
    }
  }

  void leave(const std::string& lane) {
    const auto place = lanes.find(lane);
    if (--place->second == 0) lanes.erase(place);
  }

  /// As many threads as there are lanes in use; false where there is none at all.
  static bool hire(const std::shared_ptr<State>& state) {
    if (state->threads.size() >= std::min(thread_limit, state->lanes.size())) return true;
    try {
      state->threads.emplace_back([state] { state->work(); });
    } catch (const std::system_error&) {
      return !state->threads.empty();
    }
    return true;
  }
};

Errands::Errands() : state_(std::make_shared<State>()) {}

Errands::~Errands() {
  std::unique_lock lock(state_->mutex);
  state_->is_ending = true;
  state_->line.clear();
  state_->wake.notify_all();
  auto threads = std::move(state_->threads);
  const auto running = state_->running;
  lock.unlock();
  for (std::thread& thread : threads) {
    if (running.contains(thread.get_id())) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

bool Errands::send(std::string_view lane, Job job) {
  const std::lock_guard lock(state_->mutex);
  if (state_->line.size() >= line_limit) return false;
  std::string name{lane};
  ++state_->lanes[name];
  if (!State::hire(state_)) {
    state_->leave(name);
    return false;
  }
  state_->line.push_back({std::move(name), std::move(job)});
  state_->wake.notify_one();
  return true;
}

std::uint64_t Errands::finished() const {
  const std::lock_guard lock(state_->mutex);
  return state_->finished;
}

bool Errands::is_busy() const {
  const std::lock_guard lock(state_->mutex);
  return !state_->is_settled();
}

bool Errands::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->settled.wait_for(lock, patience, [this] { return state_->is_settled(); });
}

}  // namespace gander::owner
