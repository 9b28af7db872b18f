// SPDX-License-Identifier: Apache-2.0
// Events: sets of what is waited for, and a wait that ends when a watched number of a GPU moves.
// As the driver does, only the last of several errors is kept.
#include <array>
#include <mutex>

#include "sim/nvml/call.hpp"
#include "sim/nvml/state_wait.hpp"

namespace gander::sim::nvml {
namespace {

constexpr std::uintptr_t event_set_tag = 0x6576'0000'0000;
constexpr std::size_t max_sets = 64;
/// Changes of the machine end a wait at once; this is for numbers that grow with its clock.
constexpr std::int64_t look_every_us = 1'000'000;

enum EventType : u64 {
  event_corrected = 0x1,
  event_uncorrected = 0x2,
  event_state = 0x4,
  event_xid = 0x8,
  event_mig = 0x100,
  event_recovery = 0x8000,
};

/// The numbers whose change is an event.
struct Marks {
  u64 corrected, uncorrected;
  u32 performance_state, xid_count, mig_generation, recovery_action;
};

Marks read_marks(const State& state, std::size_t gpu) {
  const Gpu& g = state.gpus[gpu];
  const double grown = count_at(g, counter_ecc_corrected, now_ns(state));
  return {g.ecc_volatile_corrected + static_cast<u64>(grown),
          g.ecc_volatile_uncorrected,
          g.performance_state,
          g.health.xid_count,
          g.mig_generation,
          g.health.recovery_action};
}

struct Watch {
  u64 types;
  Marks seen;
};

struct Set {
  bool is_used;
  u32 generation;
  std::array<Watch, max_gpus> watches;
};

struct Sets {
  std::mutex lock;
  std::array<Set, max_sets> at;
};

Sets& sets() {
  static constinit Sets all{};
  return all;
}

EventSet handle_of(std::size_t index, const Set& set) {
  const std::uintptr_t generation = set.generation & 0xffffU;
  return reinterpret_cast<EventSet>(event_set_tag | generation << 16U | index);
}

/// The set behind a handle, null for what is none; call with the lock held.
Set* find_set(EventSet handle) {
  const std::size_t index = reinterpret_cast<std::uintptr_t>(handle) & 0xffffU;
  if (index >= max_sets) return nullptr;
  Set& set = sets().at[index];
  return set.is_used && handle_of(index, set) == handle ? &set : nullptr;
}

Return create_set(EventSet* handle) {
  const std::lock_guard guard(sets().lock);
  for (std::size_t i = 0; i < max_sets; ++i) {
    Set& set = sets().at[i];
    if (set.is_used) continue;
    set.is_used = true;
    ++set.generation;
    set.watches = {};
    *handle = handle_of(i, set);
    return success;
  }
  return out_of_memory;
}

Return free_set(const State& state, EventSet handle) {
  const std::lock_guard guard(sets().lock);
  Set* set = find_set(handle);
  if (set == nullptr) return invalid_argument;
  set->is_used = false;
  // Who waits for it sees that it is gone.
  wake_readers(state);
  return success;
}

u64 supported_types(const Target& t) {
  if (t.lacks(feature_events)) return 0;
  u64 types = event_xid | event_state;
  if (!t.lacks(feature_ecc)) types |= event_corrected | event_uncorrected;
  if (!t.lacks(feature_mig)) types |= event_mig;
  const u32 branch = t.state.driver.branch_major;
  if (branch == 0 || branch >= 575) types |= event_recovery;
  return types;
}

Return watch(const Target& t, u64 types, EventSet handle) {
  const std::lock_guard guard(sets().lock);
  Set* set = find_set(handle);
  if (set == nullptr) return invalid_argument;
  const u64 supported = supported_types(t);
  if (supported == 0 || (types & ~supported) != 0) return not_supported;
  set->watches[t.place.gpu] = {types, read_marks(t.state, t.place.gpu)};
  return success;
}

/// Takes one change of a watched number; false where there is none.
template <class Number>
bool moved(u64 types, EventType type, Number& seen, Number now) {
  const bool has_moved = seen != now;
  seen = now;
  return has_moved && (types & type) != 0;
}

bool find_event(const State& state, std::size_t gpu, Watch& watch, EventData& event) {
  const Marks now = read_marks(state, gpu);
  Marks& seen = watch.seen;
  const auto report = [&](EventType type, u64 data) {
    event = {make_handle(state, {gpu, -1}), type, data, no_instance, no_instance};
    return true;
  };
  if (moved(watch.types, event_xid, seen.xid_count, now.xid_count))
    return report(event_xid, state.gpus[gpu].health.xid);
  if (moved(watch.types, event_mig, seen.mig_generation, now.mig_generation))
    return report(event_mig, 0);
  if (moved(watch.types, event_uncorrected, seen.uncorrected, now.uncorrected))
    return report(event_uncorrected, 0);
  if (moved(watch.types, event_corrected, seen.corrected, now.corrected))
    return report(event_corrected, 0);
  if (moved(watch.types, event_recovery, seen.recovery_action, now.recovery_action))
    return report(event_recovery, now.recovery_action);
  if (moved(watch.types, event_state, seen.performance_state, now.performance_state))
    return report(event_state, now.performance_state);
  return false;
}

/// success with an event, timeout without one, invalid_argument once the set is gone.
Return look(const State& state, EventSet handle, EventData& event) {
  const std::lock_guard guard(sets().lock);
  Set* set = find_set(handle);
  if (set == nullptr) return invalid_argument;
  for (std::size_t gpu = 0; gpu < max_gpus; ++gpu) {
    Watch& watch = set->watches[gpu];
    if (watch.types != 0 && find_event(state, gpu, watch, event)) return success;
  }
  return timeout;
}

std::int64_t monotonic_us() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

/// Looks until something happens, the time is over, or the driver goes away. `size` is that of the
/// event as this function knows it.
template <Name name>
Return wait_for_event(EventSet set, void* data, std::size_t size, u32 timeout_ms) {
  Call call(index_of<name>());
  if (const Return code = call.admit(Needs::initialized, -1)) return call.answer(code);
  if (data == nullptr) return call.answer(invalid_argument);
  call.unlock();
  EventData event{};
  std::int64_t left_us = std::int64_t{timeout_ms} * 1000;
  for (;;) {
    const std::uint64_t seen = live(call.state()->sequence);
    if (live(call.state()->driver.unloaded) != 0) return call.answer(driver_not_loaded);
    const Return code = look(*call.state(), set, event);
    if (code == success) std::memcpy(data, &event, size);
    if (code != timeout || left_us <= 0) return call.answer(code);
    const std::int64_t nap = std::min(left_us, look_every_us);
    const std::int64_t began = monotonic_us();
    wait_for_change(*call.state(), seen, nap);
    left_us -= monotonic_us() - began;
  }
}

}  // namespace

extern "C" {

Return nvmlEventSetCreate(EventSet* set) {
  Call call(index_of<"nvmlEventSetCreate">());
  if (const Return code = call.admit(Needs::initialized, -1)) return call.answer(code);
  return call.answer(set == nullptr ? invalid_argument : create_set(set));
}

Return nvmlEventSetFree(EventSet set) {
  Call call(index_of<"nvmlEventSetFree">());
  if (const Return code = call.admit(Needs::initialized, -1)) return call.answer(code);
  return call.answer(free_set(*call.state(), set));
}

Return nvmlEventSetWait(EventSet set, EventDataLegacy* data, u32 timeout_ms) {
  return wait_for_event<"nvmlEventSetWait">(set, data, sizeof *data, timeout_ms);
}

Return nvmlEventSetWait_v2(EventSet set, EventData* data, u32 timeout_ms) {
  return wait_for_event<"nvmlEventSetWait_v2">(set, data, sizeof *data, timeout_ms);
}

Return nvmlDeviceGetSupportedEventTypes(Device device, u64* types) {
  return on_board<"nvmlDeviceGetSupportedEventTypes">(
      device, [&](const Target& t) { return put(types, supported_types(t)); });
}

Return nvmlDeviceRegisterEvents(Device device, u64 types, EventSet set) {
  return on_board<"nvmlDeviceRegisterEvents">(
      device, [&](const Target& t) { return watch(t, types, set); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
