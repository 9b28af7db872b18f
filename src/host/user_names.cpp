// SPDX-License-Identifier: Apache-2.0
// Body of user_names.hpp.
#include "host/user_names.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "host/proc_text.hpp"
#include "os/user.hpp"

namespace gander::host {
namespace {

using std::chrono::nanoseconds;

/// The database may have failed rather than said no: it is asked again after this.
constexpr nanoseconds negative_life = std::chrono::minutes(1);
/// Names kept; more users than this on one machine are asked for again.
constexpr std::size_t most_names = 4096;

}  // namespace

struct UserNames::State {
  struct Entry {
    std::optional<std::string> name;
    nanoseconds asked_at{};
  };

  FindUserName find;
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable answered;
  std::unordered_map<std::uint32_t, Entry> names;
  std::deque<std::uint32_t> waiting;
  std::optional<std::uint32_t> asked;  ///< What the thread asks right now.
  bool has_news = false;
  bool is_ending = false;
  bool is_working = false;  ///< Whether there is a thread.
  std::thread thread;

  [[nodiscard]] bool is_asking() const { return asked.has_value() || !waiting.empty(); }
  [[nodiscard]] bool is_asked(std::uint32_t uid) const {
    return asked == uid || std::find(waiting.begin(), waiting.end(), uid) != waiting.end();
  }

  /// The life of the thread.
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return is_ending || !waiting.empty(); });
      if (is_ending) return;
      const auto uid = waiting.front();
      asked = uid;
      waiting.pop_front();
      lock.unlock();
      auto name = find(uid);
      lock.lock();
      asked.reset();
      auto& entry = names[uid];
      has_news = has_news || entry.name != name;
      entry.name = std::move(name);
      if (!is_asking()) answered.notify_all();
    }
  }

  /// Asks for `uid` unless that is on its way; false where too many wait.
  static bool request(const std::shared_ptr<State>& state, std::uint32_t uid) {
    if (state->is_asked(uid)) return true;
    if (state->waiting.size() >= waiting_names_limit) return false;
    state->waiting.push_back(uid);
    if (!std::exchange(state->is_working, true)) {
      state->thread = std::thread([state] { state->work(); });
    }
    state->wake.notify_one();
    return true;
  }
};

UserNames::UserNames(const os::Root& root, FindUserName find)
    : root_(root),
      has_database_(find != nullptr || root.is_real()),
      state_(std::make_shared<State>()) {
  if (find != nullptr) asks_file_ = false;
  state_->find = find != nullptr ? std::move(find) : FindUserName{os::find_user_name};
}

UserNames::~UserNames() {
  std::unique_lock lock(state_->mutex);
  state_->is_ending = true;
  if (!state_->is_working) return;
  const bool is_stuck = state_->asked.has_value();
  state_->wake.notify_all();
  auto thread = std::move(state_->thread);
  lock.unlock();
  if (is_stuck) {
    thread.detach();
  } else {
    thread.join();
  }
}

Known<std::string> UserNames::find(std::uint32_t uid, nanoseconds now) {
  const std::lock_guard lock(state_->mutex);
  auto& names = state_->names;
  const auto known = names.find(uid);
  if (known != names.end() && known->second.name) return *known->second.name;
  const bool is_known = known != names.end() && now - known->second.asked_at < negative_life;
  if (is_known) return Missing::no_data;
  if (known == names.end() && names.size() >= most_names) names.clear();
  auto name = find_in_file(uid);
  if (!name && has_database_) {
    if (State::request(state_, uid)) names[uid].asked_at = now;
    return Missing::no_data;
  }
  names[uid] = {name, now};
  return name ? Known<std::string>{std::move(*name)} : Missing::no_data;
}

std::optional<std::string> UserNames::find_in_file(std::uint32_t uid) {
  // Not before a name is asked for: some who hold this never ask for any.
  if (!asks_file_) {
    asks_file_ =
        !root_.is_real() || asks_files_first(root_.read("/etc/nsswitch.conf").value_or(""));
  }
  if (!*asks_file_) return {};
  const auto passwd = root_.read("/etc/passwd");
  return passwd ? find_user_name(*passwd, uid) : std::nullopt;
}

void UserNames::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  state_->answered.wait_for(lock, patience, [this] { return !state_->is_asking(); });
}

bool UserNames::has_news() const {
  const std::lock_guard lock(state_->mutex);
  return state_->has_news;
}

bool UserNames::take_news() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->has_news, false);
}

bool UserNames::is_asking() const {
  const std::lock_guard lock(state_->mutex);
  return state_->is_asking();
}

}  // namespace gander::host
