// SPDX-License-Identifier: Apache-2.0
// The tick: drivers, then processes, then owners, then one snapshot for everybody.
#include "sample/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "host/process_table.hpp"
#include "owner/finder.hpp"
#include "owner/title/title_desk.hpp"
#include "owner/workload/attribution.hpp"
#include "sample/demand.hpp"
#include "sample/derive.hpp"
#include "sample/device_cell.hpp"
#include "sample/gpu_activity.hpp"
#include "sample/health.hpp"
#include "sample/join.hpp"
#include "sample/link_workloads.hpp"
#include "sample/question_desk.hpp"
#include "sample/rates.hpp"
#include "sample/xid_counts.hpp"

namespace gander::sample {
namespace {

using std::chrono::milliseconds;

/// How long a single sample waits for files of users and of container engines.
constexpr milliseconds file_patience{200};
/// How long a single sample waits for Jupyter servers: longer than one of them may take.
constexpr milliseconds server_patience{700};

const os::Clock& clock_of(const SamplerOptions& options) {
  return options.clock != nullptr ? *options.clock : os::system_clock();
}

double to_unix_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

double round_to_millisecond(double seconds) { return std::round(seconds * 1000.0) / 1000.0; }

/// Health of a driver; of one that was never asked it says so.
SourceHealth health_of(const DriverFeed& feed) {
  auto health = feed.health();
  if (health.last_success.is_known() || !health.detail.empty()) return health;
  health.completeness = Completeness::none;
  health.detail = "not asked, because nobody looks at devices";
  return health;
}

/// What a driver that is down did not tell was asked for: it could not answer.
void say_why_down(DriverStatus& driver) {
  if (!driver.error) return;
  for (auto* fact : {&driver.library, &driver.version, &driver.api_version, &driver.cuda_version}) {
    if (*fact == Known<std::string>{Missing::not_sampled}) *fact = Missing::driver_down;
  }
}

template <Scope S>
void mask_readings(Readings<S>& readings, const MetricSet& wanted) {
  for (const auto& row : rows_of(S)) {
    if (!wanted.contains(row.id)) readings[row.id] = Missing::not_sampled;
  }
}

/// Leaves of the processes and the host only what is wanted.
void mask_rest(Snapshot& snapshot, const MetricSet& wanted) {
  mask_readings(snapshot.host.readings, wanted);
  for (auto& process : snapshot.processes) {
    mask_readings(process.readings, wanted);
    for (auto& use : process.uses) mask_readings(use.readings, wanted);
  }
}

}  // namespace

/// What the thread, the views and the tick share. `tick_mutex` guards what a tick uses, `mutex` the
/// rest; a tick takes `mutex` only for moments.
struct Sampler::State {
  explicit State(SamplerOptions options)
      : clock(clock_of(options)),
        version(std::move(options.version)),
        processes(options.root, clock,
                  {options.accounts.value_or(options.root), options.find_user_name}),
        root(options.root),
        attributor(options.root, clock, options.ask_servers, options.home_files),
        titles(options.root, clock),
        host(options.root, clock),
        desk(options.root, clock) {
    for (auto& driver : options.drivers) {
      feeds.push_back(std::make_unique<DriverFeed>(std::move(driver), options.deadlines));
    }
  }

  const os::Clock& clock;
  std::string version;

  std::mutex tick_mutex;
  host::ProcessTable processes;
  os::Root root;
  owner::Attributor attributor;
  owner::TitleDesk titles;
  GpuActivity activity;
  host::HostReader host;
  std::vector<std::unique_ptr<DriverFeed>> feeds;
  Presence absent{};                ///< What a number without a process is.
  std::vector<Process> joined;      ///< As of the last time process lists were read.
  host::ProcessWants joined_wants;  ///< What was read of `joined`.
  Attribution joined_attribution{};
  std::vector<Workload> workloads;  ///< Of `joined`.
  SourceHealth owner_health{"owner", {}, 0, Completeness::complete, {}};
  std::vector<Event> events;
  XidCounts xids;
  std::uint64_t sequence = 0;

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  SnapshotPointer latest;
  std::map<std::string, Demand, std::less<>> demands;
  bool is_refresh_wanted = false;
  bool is_release_wanted = false;
  bool is_let_go = false;  ///< As of the last tick.
  bool is_ending = false;
  std::thread thread;

  std::mutex bell_mutex;  ///< Held while bells ring.
  std::map<std::string, std::function<void()>, std::less<>> bells;

  QuestionDesk desk;

  SnapshotPointer tick(const Demand& demand, Reach reach);
  [[nodiscard]] Reach take_reach();
  [[nodiscard]] bool should_be_released() const;
  bool ask_drivers(const Demand& demand, Reach reach, Snapshot& snapshot);
  void join_processes(Reach reach, double now);
  void look_patiently(std::span<const Pid> pids, std::vector<host::ProcessFacts>& facts,
                      owner::Attributed& attributed);
  std::vector<host::ProcessFacts> look_at(std::span<const Pid> pids);
  void collect_events(Snapshot& snapshot, double now);
  void publish(const SnapshotPointer& snapshot);
  void pause();
  void run();
};

/// Whether process lists came.
bool Sampler::State::ask_drivers(const Demand& demand, Reach reach, Snapshot& snapshot) {
  const bool is_release_due = should_be_released();
  const bool is_asking = reach == Reach::single || wants_devices(demand) || is_release_due;
  const TickPlan plan{with_counters(demand.metrics),
                      demand.processes,
                      demand.device_detail,
                      reach != Reach::due,
                      clock.steady(),
                      to_unix_seconds(clock.wall()),
                      is_release_due};
  bool has_new_rows = false;
  for (auto& feed : feeds) {
    is_asking ? feed->tick(plan) : feed->pause();
    has_new_rows = has_new_rows || (is_asking && feed->has_new_rows());
    snapshot.drivers.push_back(feed->status());
    say_why_down(snapshot.drivers.back());
    snapshot.sources.push_back(health_of(*feed));
    feed->append_devices(snapshot.devices, demand.metrics);
  }
  const bool is_everything_let_go =
      std::all_of(feeds.begin(), feeds.end(), [](const auto& feed) { return feed->is_released(); });
  {
    const std::lock_guard lock(mutex);
    is_let_go = is_release_due && is_everything_let_go;
  }
  std::sort(snapshot.devices.begin(), snapshot.devices.end(), [](const auto& a, const auto& b) {
    return std::tie(a.index, a.driver) < std::tie(b.index, b.driver);
  });
  return has_new_rows;
}

/// One tick; the whole life of a snapshot until it is frozen.
SnapshotPointer Sampler::State::tick(const Demand& demand, Reach reach) {
  const std::lock_guard lock(tick_mutex);
  const double now = to_unix_seconds(clock.wall());
  auto snapshot = std::make_shared<Snapshot>();
  const bool has_new_rows = ask_drivers(demand, reach, *snapshot);
  snapshot->host = host.look(demand.metrics);
  const bool sees_all = snapshot->host.initial_pid_namespace != Known<bool>{false};
  absent = sees_all ? Presence::gone : Presence::outside;
  const auto wants = wants_of(demand);
  const bool is_other_question = wants != joined_wants || demand.attribution != joined_attribution;
  const bool has_news =
      has_new_rows || processes.has_new_names() || attributor.has_news() || titles.has_news();
  if (demand.processes && (has_news || is_other_question)) {
    joined_wants = wants;
    joined_attribution = demand.attribution;
    join_processes(reach, now);
    activity.look(snapshot->devices, joined, clock.steady());
  }
  if (demand.processes) {
    snapshot->processes = joined;
    snapshot->workloads = workloads;
  }
  if (demand.metrics.contains(Metric::memory_used)) {
    demand.processes ? derive_shared_memory(*snapshot) : leave_out_shared_memory(*snapshot);
  }
  snapshot->sources.push_back(judge_host(*snapshot, now));
  snapshot->sources.push_back(owner_health);
  snapshot->sequence = ++sequence;
  snapshot->time = round_to_millisecond(now);
  snapshot->version = version;
  mask_rest(*snapshot, demand.metrics);
  collect_events(*snapshot, now);
  publish(snapshot);
  return snapshot;
}

void Sampler::State::join_processes(Reach reach, double now) {
  std::vector<DeviceRows> lists;
  for (const auto& feed : feeds) feed->append_rows(lists);
  auto pids = find_local_pids(lists);
  if (joined_attribution == Attribution::everything) add_workers(root, pids);
  auto facts = look_at(pids);
  auto attributed = attributor.look(facts, pids, joined_attribution);
  if (reach == Reach::single) {
    // There is no later look that would bring what this one finds wanting.
    look_patiently(pids, facts, attributed);
  }
  const auto find_owners = [&](const auto& process, auto all) {
    auto owners = owner::find_owners(process, all);
    titles.fill(process, owners);
    if (auto label = find_label(attributed, process.process.pid)) {
      owners.insert(owners.begin(), *std::move(label));
    }
    return owners;
  };
  joined = join(lists, std::move(facts), find_owners, absent);
  titles.send();
  if (joined_attribution != Attribution::none) link_workloads(attributed, joined);
  workloads = std::move(attributed.workloads);
  owner_health = judge_owners(joined, now);
}

/// Looks again with everything that comes in moments: relatives, files, servers, names, titles.
void Sampler::State::look_patiently(std::span<const Pid> pids,
                                    std::vector<host::ProcessFacts>& facts,
                                    owner::Attributed& attributed) {
  const auto send_for_titles = [&] {
    for (const auto& process : facts) {
      auto owners = owner::find_owners(process, facts);
      titles.fill(process, owners);
    }
    titles.send();
  };
  const bool has_relatives = !attributor.relatives().empty();
  if (has_relatives) facts = look_at(pids);
  send_for_titles();
  const auto look_again = [&] { attributed = attributor.look(facts, pids, joined_attribution); };
  if (joined_attribution != Attribution::none) {
    // Files say which servers there are, so they come first.
    attributor.wait_files(file_patience);
    if (has_relatives || attributor.has_news()) look_again();
    attributor.wait_files(file_patience);
  }
  if (joined_attribution >= Attribution::servers) {
    if (attributor.has_news()) look_again();
    attributor.wait_servers(server_patience);
    look_again();
  }
  titles.wait(file_patience);
  processes.name_users(facts, name_patience);
}

/// Facts about these processes, and about those that attribution wants to see with them.
std::vector<host::ProcessFacts> Sampler::State::look_at(std::span<const Pid> pids) {
  const auto relatives = attributor.relatives();
  std::vector<Pid> all(pids.begin(), pids.end());
  all.insert(all.end(), relatives.begin(), relatives.end());
  if (all.empty()) return {};
  return processes.look(all, joined_wants);
}

/// Events of the drivers and those that follow from the snapshot before; counts error reports.
void Sampler::State::collect_events(Snapshot& snapshot, double now) {
  const auto append = [this](std::vector<Event> more) {
    events.insert(events.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  };
  for (auto& feed : feeds) {
    auto reported = feed->take_events();
    for (const auto& event : reported) xids.note(event, now);
    append(std::move(reported));
  }
  xids.fill(snapshot.devices);
  SnapshotPointer before;
  {
    const std::lock_guard lock(mutex);
    before = latest;
  }
  if (before != nullptr) append(derive_events(*before, snapshot));
  if (events.size() > event_limit) {
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(event_limit));
  }
  snapshot.events = events;
}

void Sampler::State::publish(const SnapshotPointer& snapshot) {
  {
    const std::lock_guard lock(mutex);
    latest = snapshot;
  }
  changed.notify_all();
  const std::lock_guard lock(bell_mutex);
  for (const auto& [view, bell] : bells) bell();
}

bool Sampler::State::should_be_released() const {
  const std::lock_guard lock(mutex);
  return is_release_wanted;
}

Reach Sampler::State::take_reach() {
  const std::lock_guard lock(mutex);
  return std::exchange(is_refresh_wanted, false) ? Reach::everything : Reach::due;
}

/// Nobody looks at anything.
void Sampler::State::pause() {
  const std::lock_guard lock(tick_mutex);
  for (auto& feed : feeds) feed->pause();
}

/// The sampling thread.
void Sampler::State::run() {
  auto next = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex);
  for (;;) {
    if (demands.empty() && !is_refresh_wanted && !is_ending) {
      lock.unlock();
      pause();
      lock.lock();
    }
    changed.wait(lock, [this] { return is_ending || is_refresh_wanted || !demands.empty(); });
    changed.wait_until(lock, next, [this] { return is_ending || is_refresh_wanted; });
    if (is_ending) return;
    if (demands.empty() && !is_refresh_wanted) continue;
    const auto demand = unite(demands);
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    tick(demand, take_reach());
    next = begin + std::max(demand.interval, shortest_interval);
    lock.lock();
  }
}

Sampler::Sampler(SamplerOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Sampler::~Sampler() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_ending = true;
  }
  state_->changed.notify_all();
  for (auto& feed : state_->feeds) feed->hurry();
  if (state_->thread.joinable()) state_->thread.join();
}

SnapshotPointer Sampler::sample_once(const Demand& demand) {
  return state_->tick(demand, Reach::single);
}

SnapshotPointer Sampler::tick() {
  Demand demand;
  {
    const std::lock_guard lock(state_->mutex);
    demand = unite(state_->demands);
  }
  return state_->tick(demand, state_->take_reach());
}

void Sampler::start() {
  const std::lock_guard lock(state_->mutex);
  if (state_->thread.joinable()) return;
  // What is drawn again and again shows this moment; a mean since boot would pass for it.
  state_->host.forgo_mean_since_boot();
  state_->thread = std::thread([this] { state_->run(); });
}

bool Sampler::is_started() const {
  const std::lock_guard lock(state_->mutex);
  return state_->thread.joinable();
}

void Sampler::release() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_release_wanted = true;
    state_->is_refresh_wanted = true;
  }
  state_->changed.notify_all();
}

void Sampler::reacquire() {
  const std::lock_guard lock(state_->mutex);
  state_->is_release_wanted = false;
  state_->is_let_go = false;
}

bool Sampler::is_released() const {
  const std::lock_guard lock(state_->mutex);
  return state_->is_let_go;
}

bool Sampler::has_stuck_worker() const {
  return state_->processes.is_asking_names() || state_->attributor.is_busy() ||
         state_->titles.is_busy() ||
         std::any_of(state_->feeds.begin(), state_->feeds.end(),
                     [](const auto& feed) { return feed->has_stuck_worker(); });
}

SnapshotPointer Sampler::latest() const {
  const std::lock_guard lock(state_->mutex);
  return state_->latest;
}

SnapshotPointer Sampler::wait_newer(std::uint64_t sequence, milliseconds timeout) const {
  std::unique_lock lock(state_->mutex);
  const bool is_newer = state_->changed.wait_for(lock, timeout, [&] {
    return state_->latest != nullptr && state_->latest->sequence > sequence;
  });
  return is_newer ? state_->latest : nullptr;
}

void Sampler::set_demand(std::string_view view, const Demand& demand) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->demands.insert_or_assign(std::string(view), demand);
  }
  state_->changed.notify_all();
}

void Sampler::set_bell(std::string_view view, std::function<void()> bell) {
  const std::lock_guard lock(state_->bell_mutex);
  if (bell) {
    state_->bells.insert_or_assign(std::string(view), std::move(bell));
  } else if (const auto found = state_->bells.find(view); found != state_->bells.end()) {
    state_->bells.erase(found);
  }
}

void Sampler::drop_demand(std::string_view view) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->demands.find(view);
  if (found != state_->demands.end()) state_->demands.erase(found);
}

void Sampler::refresh() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_refresh_wanted = true;
  }
  state_->changed.notify_all();
}

void Sampler::ask(const Question& question, std::function<void(Answer)> done) {
  state_->desk.ask(question, std::move(done));
}

std::unique_ptr<Sampler> make_sampler(SamplerOptions options) {
  return std::make_unique<Sampler>(std::move(options));
}

}  // namespace gander::sample
