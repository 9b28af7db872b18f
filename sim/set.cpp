// SPDX-License-Identifier: Apache-2.0
// Changes a running machine: `gpu3.lost=true` is read by the same strict reader as a machine file,
// so that what a file may say of a GPU can be said while it runs.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/kernel_tree.hpp"
#include "sim/library_folder.hpp"
#include "sim/machine/parts.hpp"
#include "sim/run_folder.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

/// `gpu3.error.nvmlInit=15` taken apart.
struct Assignment {
  std::string object;  ///< "gpu3", "driver", "clock"
  std::string path;    ///< "error.nvmlInit"
  std::string value;   ///< "15"
};

Result<Assignment> take_apart(const std::string& text) {
  const auto equals = text.find('=');
  const std::string left = text.substr(0, equals);
  const auto dot = left.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == left.size()) {
    return fail(
        gander::Fault::usage,
        fmt::format("\"{}\" is no change; write it like gpu3.lost=true", quote_safely(text)));
  }
  const std::string value = equals == std::string::npos ? "true" : text.substr(equals + 1);
  return Assignment{left.substr(0, dot), left.substr(dot + 1), value};
}

constexpr const char* file_name = "set";

/// The path and value as a table; values that are no TOML are taken as text.
Result<Value> as_table(const Assignment& wanted) {
  auto table = parse_toml(wanted.path + " = " + wanted.value, file_name);
  if (table) return table;
  if (wanted.value.find_first_of("'\n\r") == std::string::npos) {
    table = parse_toml(wanted.path + " = '" + wanted.value + "'", file_name);
  }
  return table;
}

/// A complaint of the reader without the place, which means nothing on a command line.
Error without_place(const Error& error) {
  std::size_t start = 0;
  for (int colons = 0; colons < 3 && start != std::string::npos; ++colons) {
    start = error.message.find(':', start + 1);
  }
  const bool has_place = error.message.starts_with(file_name) && start != std::string::npos;
  return {gander::Fault::usage, has_place ? error.message.substr(start + 2) : error.message};
}

bool is_slow(const CallFault& fault) { return fault.latency_us > 0 || fault.jitter_us > 0; }

bool same_kind(const CallFault& a, const CallFault& b) {
  return a.hang == b.hang && (a.code >= 0) == (b.code >= 0) && is_slow(a) == is_slow(b);
}

bool same_target(const CallFault& a, const CallFault& b) {
  return a.active != 0 && a.gpu == b.gpu && a.symbol == b.symbol && same_kind(a, b);
}

/// Puts `fault` in the place of its like, or into a free row; false where there is none.
bool put_fault(State& state, const CallFault& fault) {
  CallFault* row = nullptr;
  for (CallFault& old : state.faults) {
    if (same_target(old, fault)) {
      old = fault;
      return true;
    }
    if (old.active == 0 && row == nullptr) row = &old;
  }
  if (row != nullptr) *row = fault;
  return row != nullptr;
}

/// What a fault's path names: `error."nvmlDevice*"`.
struct FaultName {
  std::string kind;                 ///< "hang", "error", "latency"
  std::optional<std::string> call;  ///< nvmlDevice*; absent: every call
};

/// Takes a path apart as TOML does, so that a call is found however it was quoted. What is no TOML
/// (`error.*`) is split at its first dot.
FaultName name_fault(const std::string& path) {
  if (const auto table = parse_toml(path + " = true", file_name)) {
    const auto* whole = std::get_if<Table>(&table->content);
    if (whole != nullptr && whole->size() == 1) {
      const auto& [kind, inner] = whole->front();
      const auto* calls = std::get_if<Table>(&inner.content);
      if (calls == nullptr) return {kind, std::nullopt};
      if (calls->size() == 1) return {kind, calls->front().key};
    }
  }
  const auto dot = path.find('.');
  if (dot == std::string::npos) return {path, std::nullopt};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

bool is_named(const CallFault& fault, const FaultName& name) {
  const bool of_kind = (name.kind == "hang" && fault.hang != 0) ||
                       (name.kind == "error" && fault.code >= 0) ||
                       (name.kind == "latency" && is_slow(fault));
  return of_kind && (!name.call || *name.call == fault.symbol.data());
}

/// Ends the faults of that name; how many there were.
std::size_t clear_faults(State& state, int gpu, const FaultName& name) {
  std::size_t count = 0;
  for (CallFault& fault : state.faults) {
    if (fault.active == 0 || fault.gpu != gpu || !is_named(fault, name)) continue;
    set_live(fault.hang, 0U);
    set_live(fault.active, 0U);
    ++count;
  }
  return count;
}

bool is_fault_kind(const std::string& word) {
  return word == "hang" || word == "error" || word == "latency";
}

/// `hang=none`, `error.CALL=none`, `latency=none`: nothing where it is none of these, else whether
/// there was a fault to end.
std::optional<Result<void>> try_clearing(State& state, int gpu, const Assignment& wanted) {
  if (wanted.value != "none") return std::nullopt;
  const FaultName name = name_fault(wanted.path);
  if (!is_fault_kind(name.kind)) return std::nullopt;
  if (clear_faults(state, gpu, name) > 0) return Result<void>{};
  return fail(gander::Fault::usage,
              fmt::format("{} has no fault {} to end", wanted.object, quote_safely(wanted.path)));
}

Result<void> conclude(TableReader& reader, State& state, const std::vector<CallFault>& faults) {
  reader.finish();
  if (const auto& problem = reader.problems().first()) {
    return tl::make_unexpected(without_place(*problem));
  }
  for (const CallFault& fault : faults) {
    if (!put_fault(state, fault)) {
      return fail(gander::Fault::usage, "too many faults at once; end one with \"=none\" first");
    }
  }
  return {};
}

/// Devices that were laid out just now have no UUID yet.
bool has_new_layout(const Gpu& now, const Gpu& before) {
  const auto is_same = [](const MigSlot& a, const MigSlot& b) {
    return a.present == b.present && a.uuid == b.uuid;
  };
  return now.mig_mode != before.mig_mode ||
         !std::equal(now.mig.begin(), now.mig.end(), before.mig.begin(), is_same);
}

/// Who was on a MIG device that is gone, or on a GPU that has become instances, is on none any
/// more.
void end_instances(State& state, std::size_t index, const Gpu& now) {
  const bool was_whole = now.mig_mode != 0 && state.gpus[index].mig_mode == 0;
  for (Process& process : state.processes) {
    if (process.present == 0 || process.gpu != index) continue;
    if (process.mig_slot < 0) {
      if (was_whole) process.present = 0;
      continue;
    }
    const auto slot = static_cast<std::size_t>(process.mig_slot) % max_mig_slots;
    if (now.mig[slot].uuid != state.gpus[index].mig[slot].uuid) process.present = 0;
  }
}

Result<void> set_gpu(State& state, std::size_t index, Assignment wanted) {
  // While a machine runs only whole layouts change.
  if (wanted.path == "mig") wanted.path = "mig_layout";
  if (auto cleared = try_clearing(state, static_cast<int>(index), wanted)) return *cleared;
  const auto table = as_table(wanted);
  if (!table) return tl::make_unexpected(without_place(table.error()));
  Problems problems{file_name};
  TableReader reader{*table, wanted.object, problems};
  Gpu gpu = state.gpus[index];
  std::vector<CallFault> faults;
  anchor_counters(gpu, now_ns(state));
  gain_described(reader, gpu);
  read_gpu(reader, gpu, {index, 0, 1});
  read_faults(reader, static_cast<int>(index), faults);
  if (auto done = conclude(reader, state, faults); !done) return done;
  if (has_new_layout(gpu, state.gpus[index])) {
    gpu.mig_pending = gpu.mig_mode;
    ++gpu.mig_generation;
    name_mig_devices(state.machine.data(), index, gpu);
    end_instances(state, index, gpu);
  }
  state.gpus[index] = gpu;
  return {};
}

Result<void> set_driver(State& state, Assignment wanted) {
  // Some versions would be read as numbers.
  if (wanted.path == "upgrade" && !wanted.value.starts_with('"'))
    wanted.value = '"' + wanted.value + '"';
  if (auto cleared = try_clearing(state, -1, wanted)) return *cleared;
  const auto table = as_table(wanted);
  if (!table) return tl::make_unexpected(without_place(table.error()));
  Problems problems{file_name};
  TableReader reader{*table, wanted.object, problems};
  Driver driver = state.driver;
  std::vector<CallFault> faults;
  read_driver_behaviour(reader, driver);
  read_upgrade(reader, driver);
  read_faults(reader, -1, faults);
  if (auto done = conclude(reader, state, faults); !done) return done;
  // A driver that comes back is a new one: what was initialised before is stale.
  if (state.driver.unloaded != 0 && driver.unloaded == 0) ++driver.generation;
  state.driver = driver;
  return {};
}

void freeze(State& state) {
  state.clock.hand_ns = now_ns(state);
  set_live(state.clock.mode, std::uint32_t{clock_hand});
}

void unfreeze(State& state) {
  if (state.clock.mode != clock_hand) return;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  state.clock.started_monotonic_ns = now.tv_sec * 1'000'000'000 + now.tv_nsec - state.clock.hand_ns;
  set_live(state.clock.mode, std::uint32_t{clock_wall});
}

Result<void> set_clock(State& state, const Assignment& wanted) {
  if (wanted.path == "freeze" && (wanted.value == "true" || wanted.value == "false")) {
    wanted.value == "true" ? freeze(state) : unfreeze(state);
    return {};
  }
  if (wanted.path == "advance") {
    const auto by = parse_duration(wanted.value);
    if (!by) return tl::make_unexpected(by.error());
    const auto step = static_cast<std::int64_t>(*by);
    state.clock.hand_ns += step;
    state.clock.started_monotonic_ns -= step;
    return {};
  }
  return fail(gander::Fault::usage,
              "a clock takes clock.freeze=true, clock.freeze=false and clock.advance=5s");
}

Result<void> apply(State& state, const Assignment& wanted) {
  if (wanted.object == "driver") return set_driver(state, wanted);
  if (wanted.object == "clock") return set_clock(state, wanted);
  std::size_t gpu = 0;
  const std::string& object = wanted.object;
  const char* end = object.data() + object.size();
  const auto parsed = object.starts_with("gpu")
                          ? std::from_chars(object.data() + 3, end, gpu)
                          : std::from_chars_result{nullptr, std::errc::invalid_argument};
  if (parsed.ec != std::errc{} || parsed.ptr != end) {
    return fail(gander::Fault::usage,
                fmt::format("\"{}\" can not be changed; there are gpuN, driver and clock",
                            quote_safely(object)));
  }
  if (gpu >= state.gpu_count) {
    return fail(gander::Fault::usage,
                fmt::format("there is no GPU {}; the machine has {}", gpu, state.gpu_count));
  }
  return set_gpu(state, gpu, wanted);
}

}  // namespace

Result<void> set_value(const std::string& assignment) {
  const auto wanted = take_apart(assignment);
  if (!wanted) return tl::make_unexpected(wanted.error());
  const auto folder = find_addressed();
  if (!folder) return tl::make_unexpected(folder.error());
  auto file = open_machine(*folder);
  if (!file) return tl::make_unexpected(file.error());
  const std::uint32_t installed = file->state().driver.upgrade.library;
  Result<void> result;
  file->change([&](State& state) { result = apply(state, *wanted); });
  refresh_kernel_tree(*folder, file->state());
  const Driver& driver = file->state().driver;
  if (!result || driver.upgrade.library == installed) return result;
  return install_library(*folder, {driver.upgrade.branch_major, driver.upgrade.branch_minor});
}

}  // namespace gander::sim
