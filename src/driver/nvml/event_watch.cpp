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
constexpr auto error_pause = 5s;
constexpr auto event_pause = 10ms;
constexpr auto patience_with_asker = 60s;
constexpr std::size_t most_waiting = 256;
// Who asks once looks once.
constexpr nanoseconds start_delay = 2s;
constexpr nanoseconds restart_pause = 60s;
// Corrected errors may come in floods.
constexpr nanoseconds corrected_pause = 10s;

constexpr std::uint64_t wanted_events =
    kind::event_xid | kind::event_mig | kind::event_single_bit | kind::event_double_bit;

std::vector<EventTarget> find_targets(const Generation& list) {
  std::vector<EventTarget> targets;
  for (const auto& entry : list.entries) {
    if (entry->is_instance() || entry->handle == nullptr || entry->is_asleep.load()) continue;
    targets.push_back({entry->handle, entry->uuid.value_or(""), entry->index, entry->pci_bus_id});
  }
  return targets;
}

template <class Matches>
const EventTarget* find_target(const std::vector<EventTarget>& targets, Matches matches) {
  const auto found = std::ranges::find_if(targets, matches);
  return found == targets.end() ? nullptr : &*found;
}

}  // namespace

struct EventWatch::State {
  std::shared_ptr<Library> library;
  std::vector<EventTarget> targets;

  std::mutex mutex;
  std::condition_variable changed;
  bool should_stop = false;
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
  bool register_targets(EventSet set) const;
  Code wait(EventSet set, EventData& event) const;
};

// Not all GPUs have all events, and one that has none must not spoil the set for the others.
bool EventWatch::State::register_targets(EventSet set) const {
  const Symbols& symbols = library->symbols();
  bool has_any = false;
  for (const EventTarget& target : targets) {
    std::uint64_t supported = 0;
    if (library->call(symbols.event_types, target.handle, &supported) != code::success) continue;
    const std::uint64_t types = supported & wanted_events;
    if (types == 0) continue;
    const Code code = library->call(symbols.event_register, target.handle, types, set);
    has_any = has_any || code == code::success;
  }
  return has_any;
}

Code EventWatch::State::wait(EventSet set, EventData& event) const {
  constexpr auto milliseconds =
      static_cast<std::uint32_t>(std::chrono::milliseconds(wait_time).count());
  const Symbols& symbols = library->symbols();
  if (symbols.event_set_wait_v2 != nullptr) {
    return library->call(symbols.event_set_wait_v2, set, &event, milliseconds);
  }
  return library->call(symbols.event_set_wait_v1, set, &event, milliseconds);
}

void EventWatch::run(State& state) {
  Library& library = *state.library;
  EventSet set = nullptr;
  const Code made = library.call(library.symbols().event_set_create, &set);
  if (made == code::success && set != nullptr) {
    bool goes_on = state.register_targets(set);
    while (goes_on) {
      const auto began = SteadyClock::now();
      EventData event;
      const Code code = state.wait(set, event);
      if (code == code::success) state.add(event);
      if (classify(code) == CodeClass::driver_down) break;
      // A library that returns at once must not keep a processor busy.
      SteadyClock::duration pause = error_pause;
      if (code == code::success) pause = event_pause;
      if (code == code::timeout) pause = wait_time;
      goes_on = state.pause_until(began + pause);
    }
    library.call(library.symbols().event_set_free, set);
  }
  const std::lock_guard lock{state.mutex};
  state.has_ended = true;
  state.changed.notify_all();
}

EventWatch::EventWatch(std::shared_ptr<Library> library, std::vector<EventTarget> targets)
    : targets_(std::move(targets)), state_(std::make_shared<State>()) {
  state_->library = std::move(library);
  state_->targets = targets_;
  std::thread{[state = state_] { run(*state); }}.detach();
}

EventWatch::~EventWatch() {
  const std::lock_guard lock{state_->mutex};
  state_->should_stop = true;
  state_->changed.notify_all();
}

std::vector<EventData> EventWatch::take() {
  const std::lock_guard lock{state_->mutex};
  state_->wanted_until = SteadyClock::now() + patience_with_asker;
  return std::exchange(state_->events, {});
}

bool EventWatch::is_running() const {
  const std::lock_guard lock{state_->mutex};
  return !state_->has_ended;
}

void EventWatch::stop() {
  std::unique_lock lock{state_->mutex};
  state_->should_stop = true;
  state_->changed.notify_all();
  state_->changed.wait_for(lock, wait_time + 100ms, [this] { return state_->has_ended; });
}

EventDesk::EventDesk(os::Root root, const os::Clock& clock, std::shared_ptr<EventLog> log)
    : root_(std::move(root)), clock_(clock), log_(std::move(log)) {}

void EventDesk::close() {
  if (watch_ != nullptr) watch_->stop();
  watch_ = nullptr;
  first_asked_.reset();
  targets_.clear();
}

void EventDesk::collect(const Generation* list) {
  if (list != nullptr) keep_watch(*list);
  if (watch_ != nullptr) {
    for (const EventData& event : watch_->take()) take(event);
  }
  if (!kernel_log_) kernel_log_.emplace(root_);
  for (const std::string& text : kernel_log_->read_new()) {
    const auto line = parse_xid_line(text);
    if (!line) continue;
    const auto is_named = [&](const auto& t) { return t.pci_bus_id == line->pci_bus_id; };
    take_xid(find_target(targets_, is_named), *line, XidSource::kernel);
  }
}

void EventDesk::keep_watch(const Generation& list) {
  const auto now = clock_.steady();
  targets_ = find_targets(list);
  if (!first_asked_) first_asked_ = now;
  const bool fits = watch_ != nullptr && watch_->targets() == targets_;
  if (fits && watch_->is_running()) return;
  if (fits) watch_again_ = now + restart_pause;
  watch_ = nullptr;
  const bool is_due = now - *first_asked_ >= start_delay && now >= watch_again_;
  if (!is_due || targets_.empty()) return;
  if (list.context->library->symbols().event_set_create == nullptr) return;
  watch_ = std::make_unique<EventWatch>(list.context->library, targets_);
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
