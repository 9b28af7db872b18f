// SPDX-License-Identifier: Apache-2.0
// The waiting thread, and what its events are called.
#include "driver/nvml/event_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using SteadyClock = std::chrono::steady_clock;

// Also how long it takes at most until the library can be closed.
constexpr auto wait_time = 500ms;
// Each wait is a call: between two of them events stand in the driver's queue.
constexpr auto wait_period = 2s;
constexpr auto error_pause = 5s;
constexpr auto event_pause = 10ms;
constexpr auto patience_with_asker = 60s;
constexpr std::size_t most_waiting = 256;
// Who looks once, or twice a moment apart, does not watch.
constexpr nanoseconds start_delay = 500ms;
constexpr nanoseconds restart_pause = 60s;
// Corrected errors may come in floods.
constexpr nanoseconds corrected_pause = 10s;

constexpr std::uint64_t wanted_events =
    kind::event_xid | kind::event_mig | kind::event_single_bit | kind::event_double_bit;

EventTarget target_of(const DeviceEntry& entry) {
  return {entry.handle, entry.uuid.value_or(""), entry.index, entry.pci_bus_id};
}

std::vector<EventTarget> find_targets(const Generation& list) {
  std::vector<EventTarget> targets;
  for (const auto& entry : list.entries) {
    if (!entry->is_instance() && entry->handle != nullptr) targets.push_back(target_of(*entry));
  }
  return targets;
}

/// Those that may be asked for their events now.
std::vector<EventTarget> find_awake(const Generation& list) {
  std::vector<EventTarget> gpus;
  for (const auto& entry : list.entries) {
    const bool is_open = !entry->is_instance() && entry->handle != nullptr;
    if (is_open && !entry->is_asleep.load()) gpus.push_back(target_of(*entry));
  }
  return gpus;
}

/// Whether all GPUs that are awake are watched, and none that is no more. One that fell asleep may
/// stay in the set: waiting asks it nothing.
bool fits(const EventWatch& watch, const std::vector<EventTarget>& awake,
          const std::vector<EventTarget>& listed) {
  const auto watched = watch.gpus();
  const auto are_all_among = [](const auto& some, const auto& all) {
    return std::ranges::all_of(some, [&](const EventTarget& gpu) {
      return std::ranges::count(all, gpu.handle, &EventTarget::handle) > 0;
    });
  };
  return are_all_among(awake, watched) && are_all_among(watched, listed);
}

bool is_same(const EventData& a, const EventData& b) {
  return a.device == b.device && a.type == b.type && a.data == b.data;
}

template <class Matches>
const EventTarget* find_target(const std::vector<EventTarget>& targets, Matches matches) {
  const auto found = std::ranges::find_if(targets, matches);
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace

struct EventWatch::State {
  State(const Context& context, std::vector<EventTarget> targets)
      : library(context.library), root(context.root), gpus(std::move(targets)) {}

  const std::shared_ptr<Library> library;
  const os::Root root;

  std::mutex mutex;
  std::vector<EventTarget> gpus;
  std::condition_variable changed;
  bool should_stop = false;
  bool is_waiting = false;
  bool has_failed = false;
  bool has_ended = false;
  SteadyClock::time_point wanted_until = SteadyClock::now() + patience_with_asker;
  std::vector<EventData> events;

  /// Waits, unless told to stop; returns whether to go on.
  bool pause_until(SteadyClock::time_point until) {
    std::unique_lock lock{mutex};
    changed.wait_until(lock, until, [this] { return should_stop; });
    return !should_stop && SteadyClock::now() < wanted_until;
  }
  void add(const EventData& event) {
    const std::lock_guard lock{mutex};
    if (events.size() < most_waiting) events.push_back(event);
  }
  void set(bool State::* flag) {
    const std::lock_guard lock{mutex};
    this->*flag = true;
    changed.notify_all();
  }
  bool is(bool State::* flag) {
    const std::lock_guard lock{mutex};
    return this->*flag;
  }
  std::vector<EventTarget> copy_gpus() {
    const std::lock_guard lock{mutex};
    return gpus;
  }
  /// Whether the GPU may be asked; one that sleeps is no longer ours.
  bool is_awake(const EventTarget& gpu) {
    if (!is_suspended(root, gpu.pci_bus_id)) return true;
    const std::lock_guard lock{mutex};
    std::erase(gpus, gpu);
    return false;
  }
  bool register_gpu(Handle gpu, EventSet set) const;
  bool register_gpus(EventSet set);
  void wait_for_events(EventSet set);
  Code wait(EventSet set, EventData& event) const;
};

// Not all GPUs have all events, and one that has none must not spoil the set for the others.
bool EventWatch::State::register_gpu(Handle gpu, EventSet set) const {
  const Symbols& symbols = library->symbols();
  std::uint64_t supported = 0;
  if (library->call(symbols.event_types, gpu, &supported) != code::success) return false;
  const std::uint64_t types = supported & wanted_events;
  return types != 0 && library->call(symbols.event_register, gpu, types, set) == code::success;
}

bool EventWatch::State::register_gpus(EventSet set) {
  bool has_any = false;
  for (const EventTarget& gpu : copy_gpus()) {
    if (is(&State::should_stop)) return false;
    // The list may be a second old: what has fallen asleep since is seen here, just before the
    // call.
    if (is_awake(gpu) && register_gpu(gpu.handle, set)) has_any = true;
  }
  return has_any;
}

Code EventWatch::State::wait(EventSet set, EventData& event) const {
  constexpr auto milliseconds =
      static_cast<std::uint32_t>(std::chrono::milliseconds{wait_time}.count());
  const Symbols& symbols = library->symbols();
  if (symbols.event_set_wait_v2 != nullptr) {
    return library->call(symbols.event_set_wait_v2, set, &event, milliseconds);
  }
  return library->call(symbols.event_set_wait_v1, set, &event, milliseconds);
}

void EventWatch::State::wait_for_events(EventSet set) {
  for (bool goes_on = true; goes_on;) {
    const auto began = SteadyClock::now();
    EventData event;
    const Code code = wait(set, event);
    if (code == code::success) add(event);
    if (classify(code) == CodeClass::driver_down) return this->set(&State::has_failed);
    // A library that returns at once must not keep a processor busy.
    SteadyClock::duration pause = error_pause;
    if (code == code::success) pause = event_pause;
    if (code == code::timeout) pause = wait_period;
    goes_on = pause_until(began + pause);
  }
}

void EventWatch::run(State& state) {
  Library& library = *state.library;
  EventSet set = nullptr;
  const bool may_begin = !state.is(&State::should_stop);
  if (may_begin && library.call(library.symbols().event_set_create, &set) != code::success) {
    set = nullptr;
  }
  if (set != nullptr) {
    if (state.register_gpus(set)) {
      state.set(&State::is_waiting);
      state.wait_for_events(set);
    }
    library.call(library.symbols().event_set_free, set);
  }
  if (!state.is(&State::is_waiting)) state.set(&State::has_failed);
  state.set(&State::has_ended);
}

EventWatch::EventWatch(const Context& context, std::vector<EventTarget> gpus)
    : state_(std::make_shared<State>(context, std::move(gpus))) {
  std::thread{[state = state_] { run(*state); }}.detach();
}

EventWatch::~EventWatch() {
  const std::lock_guard lock{state_->mutex};
  state_->should_stop = true;
  state_->changed.notify_all();
}

std::vector<EventTarget> EventWatch::gpus() const { return state_->copy_gpus(); }

std::vector<EventData> EventWatch::take() {
  const std::lock_guard lock{state_->mutex};
  state_->wanted_until = SteadyClock::now() + patience_with_asker;
  return std::exchange(state_->events, {});
}

bool EventWatch::is_running() const { return !state_->is(&State::has_ended); }

bool EventWatch::has_failed() const { return state_->is(&State::has_failed); }

bool EventWatch::is_settled() const { return state_->is(&State::is_waiting) || !is_running(); }

void EventWatch::stop() {
  std::unique_lock lock{state_->mutex};
  state_->should_stop = true;
  state_->changed.notify_all();
  state_->changed.wait_for(lock, wait_time + 100ms, [this] { return state_->has_ended; });
}

EventDesk::EventDesk(os::Root root, const os::Clock& clock, std::shared_ptr<EventLog> log)
    : root_(std::move(root)), clock_(clock), log_(std::move(log)) {}

void EventDesk::close() {
  pause();
  // A library that is opened anew may have events again.
  watch_again_ = std::chrono::nanoseconds{0};
  targets_.clear();
}

void EventDesk::pause() {
  take_told();
  if (next_ != nullptr) next_->stop();
  if (watch_ != nullptr) watch_->stop();
  next_ = nullptr;
  watch_ = nullptr;
}

void EventDesk::collect(const Generation* list) {
  // What was told before the list became another is about the GPUs of the list before.
  take_told();
  if (list != nullptr) keep_watch(*list);
  if (!kernel_log_) kernel_log_.emplace(root_);
  for (const std::string& text : kernel_log_->read_new()) {
    const auto line = parse_xid_line(text);
    if (!line) continue;
    const auto is_named = [&](const auto& t) { return t.pci_bus_id == line->pci_bus_id; };
    take_xid(find_target(targets_, is_named), *line, XidSource::kernel);
  }
}

void EventDesk::take_told() {
  if (watch_ == nullptr) return;
  std::vector<EventData> fresh;
  for (const EventData& event : watch_->take()) {
    if (!was_told(event)) fresh.push_back(event);
  }
  for (const EventData& event : fresh) take(event);
  told_.clear();
  if (next_ != nullptr) told_ = std::move(fresh);
}

bool EventDesk::was_told(const EventData& event) {
  const auto at =
      std::ranges::find_if(told_, [&](const EventData& other) { return is_same(event, other); });
  if (at == told_.end()) return false;
  told_.erase(at);
  return true;
}

/// Lets the next watch take over, and forgets those that have ended.
void EventDesk::settle() {
  const auto now = clock_.steady();
  if (next_ != nullptr && next_->has_failed()) {
    next_ = nullptr;
    watch_again_ = now + restart_pause;
  }
  if (next_ != nullptr && next_->is_settled()) {
    for (const EventData& event : next_->take()) {
      if (!was_told(event)) take(event);
    }
    watch_ = std::move(next_);
  }
  if (watch_ == nullptr || watch_->is_running()) return;
  if (watch_->has_failed()) watch_again_ = now + restart_pause;
  watch_ = nullptr;
}

// The watch that is goes on until the one of other GPUs waits: nothing is lost in between.
void EventDesk::keep_watch(const Generation& list) {
  const auto now = clock_.steady();
  targets_ = find_targets(list);
  if (!first_asked_) first_asked_ = now;
  settle();
  const std::vector<EventTarget> awake = find_awake(list);
  const EventWatch* newest = next_ != nullptr ? next_.get() : watch_.get();
  if (newest != nullptr && fits(*newest, awake, targets_)) return;
  const bool is_due = now - *first_asked_ >= start_delay && now >= watch_again_;
  if (!is_due || awake.empty()) return;
  if (list.context->library->symbols().event_set_create == nullptr) return;
  auto made = std::make_unique<EventWatch>(*list.context, awake);
  (watch_ == nullptr ? watch_ : next_) = std::move(made);
}

void EventDesk::take(const EventData& event) {
  const auto has_handle = [&](const auto& target) { return target.handle == event.device; };
  const EventTarget* target = find_target(targets_, has_handle);
  switch (event.type) {
    case kind::event_xid:
      return take_xid(
          target,
          {target == nullptr ? "" : target->pci_bus_id, static_cast<std::uint32_t>(event.data)},
          XidSource::library);
    case kind::event_mig:
      stale_.push_back(event.device);
      return add(target, "its MIG instances were changed", Missing::no_data);
    case kind::event_double_bit:
      return add(target, "a memory error could not be corrected (double-bit ECC)",
                 Missing::no_data);
    case kind::event_single_bit: {
      const auto now = clock_.steady();
      const auto [at, is_first] =
          corrected_at_.try_emplace(target == nullptr ? "" : target->uuid, now);
      if (!is_first && now - at->second < corrected_pause) return;
      at->second = now;
      return add(target, "a memory error was corrected (single-bit ECC)", Missing::no_data);
    }
    default:
      return;
  }
}

void EventDesk::take_xid(const EventTarget* target, const XidLine& line, XidSource source) {
  if (!ledger_.note(line.pci_bus_id, line.code, source, clock_.steady())) return;
  const std::string text = fmt::format("Xid {}: {}", line.code, explain_xid(line.code));
  if (target != nullptr || line.pci_bus_id.empty()) return add(target, text, line.code);
  add(nullptr, fmt::format("{}: {}", line.pci_bus_id, text), line.code);
}

void EventDesk::add(const EventTarget* target, const std::string& text, Known<std::uint32_t> xid) {
  const double time = std::chrono::duration<double>(clock_.wall()).count();
  const std::string name =
      target == nullptr ? "GPU" : fmt::format("GPU {}", to_string(target->index));
  Event event{time, "nvml", target == nullptr ? "" : target->uuid,
              fmt::format("{}: {}", name, text)};
  event.xid = xid;
  log_->add(std::move(event));
}

}  // namespace gander::driver::nvml
