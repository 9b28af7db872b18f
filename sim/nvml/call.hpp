// SPDX-License-Identifier: Apache-2.0
// What happens around every call of the simulated library: counting and logging, the global lock,
// injected faults, initialisation and handle checks. It must not know what any function answers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

#include "sim/nvml/abi.hpp"
#include "sim/nvml/state.hpp"
#include "sim/nvml/symbol_table.hpp"

namespace gander::sim::nvml {

/// A function name as a template argument, so that an unknown name does not compile.
template <std::size_t N>
struct Name {
  char text[N]{};
  consteval Name(const char (&from)[N]) { std::copy_n(from, N, text); }
};

template <Name name>
consteval std::uint32_t index_of() {
  constexpr std::size_t at = find_symbol(name.text);
  static_assert(at < symbol_table.size(), "not in symbol_table.inc");
  return static_cast<std::uint32_t>(at);
}

/// A device a handle stands for: a whole GPU (`slot` -1) or one MIG instance of it.
struct Place {
  std::size_t gpu;
  int slot;
};

/// Handles are numbers: a tag, the generation of the MIG layout or of plugging in, GPU and slot.
[[nodiscard]] Device make_handle(const State& state, Place place);
/// Fails with invalid_argument for what is no live handle; never dereferences it.
Return read_handle(const State& state, Device device, Place& place);

/// What the body of a function sees: the machine, the device and the time of the call.
struct Target {
  const State& state;
  const Gpu& gpu;
  Place place;
  std::int64_t t_ns;

  [[nodiscard]] bool is_mig() const { return place.slot >= 0; }
  [[nodiscard]] const MigSlot& mig() const { return gpu.mig[static_cast<std::size_t>(place.slot)]; }
  [[nodiscard]] bool lacks(Feature feature) const { return (gpu.unsupported >> feature & 1U) != 0; }
  [[nodiscard]] std::uint64_t value(Metric metric) const {
    return whole_at(gpu.curves[metric], t_ns);
  }
  /// Writes one number, unless the caller gave no room for it or the board lacks the feature.
  template <class Out, class In>
  Return put(Feature feature, Out* out, In value) const {
    if (out == nullptr) return invalid_argument;
    if (lacks(feature)) return not_supported;
    *out = static_cast<Out>(value);
    return success;
  }
};

[[nodiscard]] inline bool has_quirk(const State& state, Quirk quirk) {
  return (live(state.driver.quirks) & quirk) != 0;
}

/// GPUs that are plugged in, the place of the index-th of them (max_gpus: there is none), and the
/// other way round: the index of a place.
[[nodiscard]] std::size_t count_present(const State& state);
[[nodiscard]] std::size_t place_of_index(const State& state, std::size_t index);
[[nodiscard]] std::size_t index_of_place(const State& state, std::size_t gpu);
[[nodiscard]] inline bool is_present(const State& state, std::size_t gpu) {
  return live(state.gpus[gpu].faults.absent) == 0;
}

/// Whether a call that newer drivers have given up is asked of such a driver.
[[nodiscard]] inline bool is_retired_call(const Target& t) {
  const u32 branch = t.state.driver.branch_major;
  return branch == 0 || branch >= 590;
}

/// Writes a number the board always has.
template <class Out, class In>
Return put(Out* out, In value) {
  if (out == nullptr) return invalid_argument;
  *out = static_cast<Out>(value);
  return success;
}

/// Writes a text with its NUL; insufficient_size where it does not fit.
Return put_text(const char* from, char* to, u32 length);

/// Whether a struct carries the version word we know; lenient machines take any.
[[nodiscard]] bool is_version(const State& state, u32 given, u32 known);

/// Finds the machine of this process: driver_not_loaded where there is none,
/// version_mismatch_driver where its state is of another layout. To be called before every
/// initialize().
Return attach();
/// The library's connection with its machine: one per process, counted by init and shutdown.
Return initialize();
/// Whether this library was installed over a kernel module that still runs.
bool is_newer_than_module();
Return shut_down();

enum class Needs { initialized, nothing };

/// One call under way: counted at its start, logged at its end, lock held between.
class Call {
 public:
  explicit Call(std::uint32_t function);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Everything that may answer before the function itself does; success: go on. `gpu` -1: none.
  Return admit(Needs needs, int gpu);
  /// Handle to place, with the errors of a lost or sick GPU.
  Return find(Device device, Place& place);
  [[nodiscard]] State* state() const { return state_; }
  /// Lets others in: for a wait that the driver does not hold its lock in.
  void unlock();
  /// Remembers the answer for the log.
  Return answer(Return code);

 private:
  void take_lock();
  Return suffer(CallFault& fault) const;
  void wake(int gpu);
  State* state_;
  std::uint32_t function_;
  std::int32_t gpu_ = -1;
  Return code_ = success;
  std::int64_t began_ns_;
  std::uint64_t number_ = 0;
  std::unique_lock<std::mutex> lock_;
};

/// A function that concerns no device. `body(const State&)` may run more than once.
template <Name name, class Body>
Return on_system(Body body) {
  Call call(index_of<name>());
  if (const Return code = call.admit(Needs::initialized, -1)) return call.answer(code);
  const State& state = *call.state();
  return call.answer(read_consistently(state, [&] { return body(state); }));
}

/// Sleeps in real time, whatever signals come.
void sleep_us(std::int64_t us);

/// A function of a GPU or a MIG instance that takes at least `us`, as a measuring one does.
/// `body(const Target&)` may run more than once.
template <Name name, class Body>
Return on_device_slowly(Device device, std::int64_t us, Body body) {
  Call call(index_of<name>());
  Place place{0, -1};
  if (const Return code = call.find(device, place)) return call.answer(code);
  if (us > 0) sleep_us(us);
  const State& state = *call.state();
  return call.answer(read_consistently(
      state, [&] { return body(Target{state, state.gpus[place.gpu], place, now_ns(state)}); }));
}

/// The same without delay.
template <Name name, class Body>
Return on_device(Device device, Body body) {
  return on_device_slowly<name>(device, 0, body);
}

/// A function only whole GPUs have: not supported on a MIG instance.
template <Name name, class Body>
Return on_board_slowly(Device device, std::int64_t us, Body body) {
  return on_device_slowly<name>(
      device, us, [&](const Target& t) { return t.is_mig() ? not_supported : body(t); });
}
template <Name name, class Body>
Return on_board(Device device, Body body) {
  return on_board_slowly<name>(device, 0, body);
}

}  // namespace gander::sim::nvml
