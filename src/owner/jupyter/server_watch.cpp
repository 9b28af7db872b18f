// SPDX-License-Identifier: Apache-2.0
// One mutex guards everything; it is never held while a server is asked. Time is looked at only
// where servers are wanted or have answered, so no thread ever waits for a clock.
#include "owner/jupyter/server_watch.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace gander::owner::jupyter {
namespace {

using std::chrono::nanoseconds;

/// Many may hang at the same time, and none of them shall keep the others waiting.
constexpr std::size_t worker_limit = 32;
constexpr std::chrono::seconds keep{10};
constexpr std::chrono::seconds back_off{60};
/// At least this lies between two questions, however often the kernels change.
constexpr std::chrono::seconds early{1};
/// A server registers a session only after its kernel has started, which we see sooner.
constexpr std::chrono::seconds second_look{2};
/// How long the end waits for those who were asked to stop.
constexpr std::chrono::milliseconds last_patience{200};

double to_seconds(nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// What is known of one wanted server.
struct Entry {
  explicit Entry(const WantedServer& wanted)
      : server(std::make_shared<const VerifiedServer>(wanted.server)), kernels(wanted.kernels) {
    state.silence = NoAnswer{Silence::not_asked, "not asked yet"};
  }
  std::shared_ptr<const VerifiedServer> server;
  std::uint64_t kernels;
  bool has_changed = false;  ///< Its kernels did, and it was not asked a second time since.
  bool is_open = false;      ///< In line, or being asked.
  nanoseconds due{0};        ///< Steady time.
  nanoseconds answered{0};   ///< Steady time of the last answer.
  ServerState state;
  std::vector<Session> sessions;
};

/// Whether `next` says more about a kernel than `known`.
bool is_better(const KnownSession& next, const KnownSession& known) {
  const bool is_notebook = next.session.type == "notebook";
  if (next.server == known.server) return is_notebook && known.session.type != "notebook";
  return next.answered_at > known.answered_at;
}

}  // namespace

ServerKey key_of(const ServerProcess& process) { return {process.pid, process.start_time}; }

const KnownSession* SessionBoard::find(std::uint32_t uid, std::string_view kernel_id) const {
  const auto found = sessions_.find({uid, std::string{kernel_id}});
  return found == sessions_.end() ? nullptr : &found->second;
}

struct ServerWatch::State {
  State(Fetch how, const os::Clock& time, Asking may_ask)
      : fetch(std::move(how)), clock(time), asking(may_ask) {}

  const Fetch fetch;
  const os::Clock& clock;
  const Asking asking;
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable settled;
  std::map<ServerKey, Entry> entries;
  std::deque<ServerKey> line;
  std::size_t open = 0;  ///< Servers in line or being asked, also such as are wanted no more.
  std::vector<std::thread> workers;
  std::set<std::thread::id> asking_now;  ///< Workers that are away with a server.
  std::stop_source stop;
  std::shared_ptr<const SessionBoard> board = std::make_shared<const SessionBoard>();

  void forget_others(const std::vector<WantedServer>& servers) {
    std::set<ServerKey> wanted;
    for (const WantedServer& one : servers) wanted.insert(key_of(one.server.process()));
    const auto gone =
        std::erase_if(entries, [&](const auto& entry) { return !wanted.contains(entry.first); });
    if (gone > 0) publish();
  }

  void want(const WantedServer& wanted) {
    const auto now = clock.steady();
    const auto key = key_of(wanted.server.process());
    const auto [place, is_new] = entries.try_emplace(key, wanted);
    Entry& entry = place->second;
    if (is_new) entry.due = now;
    if (entry.kernels != wanted.kernels) {
      entry.kernels = wanted.kernels;
      entry.has_changed = true;
      // One that does not answer is left alone all the same.
      if (!entry.state.silence) entry.due = std::min(entry.due, entry.answered + early);
    }
    if (asking == Asking::off) {
      entry.state.silence = NoAnswer{Silence::switched_off, "asking servers is switched off"};
    } else if (!entry.is_open && entry.due <= now) {
      entry.is_open = true;
      ++open;
      line.push_back(key);
    }
    if (is_new) publish();
  }

  /// Workers come when they are needed first, and stay.
  static void hire(const std::shared_ptr<State>& state) {
    while (state->workers.size() < std::min(worker_limit, state->open) && hire_one(state)) {
    }
    state->wake.notify_all();
  }

  /// False where the system has no thread for us: those that there are do it, or a later tick.
  static bool hire_one(const std::shared_ptr<State>& state) {
    try {
      state->workers.emplace_back([state] { state->work(); });
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  /// The life of one thread.
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stop.stop_requested() || !line.empty(); });
      if (stop.stop_requested()) return;
      const ServerKey key = line.front();
      line.pop_front();
      ask(lock, key);
      if (stop.stop_requested()) return;
      if (--open == 0) settled.notify_all();
    }
  }

  void ask(std::unique_lock<std::mutex>& lock, const ServerKey& key) {
    auto found = entries.find(key);
    if (found == entries.end() || !found->second.is_open) return;
    const auto server = found->second.server;
    const auto kernels = found->second.kernels;
    asking_now.insert(std::this_thread::get_id());
    lock.unlock();
    auto answer = fetch(*server, stop.get_token());
    lock.lock();
    asking_now.erase(std::this_thread::get_id());
    settled.notify_all();
    // From here on the clock may be gone.
    if (stop.stop_requested()) return;
    found = entries.find(key);
    // Wanted no more, or wanted anew meanwhile, which has its own place in line.
    if (found == entries.end() || found->second.server != server) return;
    take(found->second, std::move(answer), kernels);
    publish();
  }

  void take(Entry& entry, Answer answer, std::uint64_t asked_for) {
    const auto now = clock.steady();
    entry.is_open = false;
    if (!answer) {
      entry.state.silence = std::move(answer.error());
      entry.due = now + back_off;
      return;
    }
    entry.sessions = std::move(*answer);
    entry.answered = now;
    entry.state = {to_seconds(clock.wall()), std::nullopt};
    const bool is_behind = entry.kernels != asked_for;
    entry.due = now + (is_behind ? early : entry.has_changed ? second_look : keep);
    entry.has_changed = is_behind;
  }

  void publish() {
    auto next = std::make_shared<SessionBoard>();
    for (const auto& [key, entry] : entries) {
      next->servers_.emplace(key, entry.state);
      for (const Session& session : entry.sessions) {
        KnownSession known{session, key, entry.server->file().root_folder,
                           entry.state.answered_at.value_or(0)};
        const auto [place, is_first] =
            next->sessions_.try_emplace({entry.server->process().uid, session.kernel_id}, known);
        if (!is_first && is_better(known, place->second)) place->second = std::move(known);
      }
    }
    board = std::move(next);
  }
};

ServerWatch::ServerWatch(Fetch fetch, const os::Clock& clock, Asking asking)
    : state_(std::make_shared<State>(std::move(fetch), clock, asking)) {}

ServerWatch::~ServerWatch() {
  std::unique_lock lock(state_->mutex);
  state_->stop.request_stop();
  state_->wake.notify_all();
  state_->settled.wait_for(lock, last_patience, [&] { return state_->asking_now.empty(); });
  auto workers = std::move(state_->workers);
  const auto stuck = state_->asking_now;
  lock.unlock();
  for (std::thread& worker : workers) {
    if (stuck.contains(worker.get_id())) {
      worker.detach();
    } else {
      worker.join();
    }
  }
}

void ServerWatch::want(const std::vector<WantedServer>& servers) {
  const std::lock_guard lock(state_->mutex);
  state_->forget_others(servers);
  for (const WantedServer& server : servers) state_->want(server);
  State::hire(state_);
}

std::shared_ptr<const SessionBoard> ServerWatch::latest() const {
  const std::lock_guard lock(state_->mutex);
  return state_->board;
}

bool ServerWatch::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->settled.wait_for(lock, patience, [&] { return state_->open == 0; });
}

bool ServerWatch::is_busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->open > 0;
}

}  // namespace gander::owner::jupyter
